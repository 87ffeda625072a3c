/**
 * The style of the kit as a page: one or two sheets of A4, legible in black and white, and on a screen without any other file.
 * Printed, each backup has one line, so that twenty of them and the recipe fit; the text and the screen show long names in full.
 */
export const kitPageStyle = `
@page { size: A4; margin: 14mm 16mm; }
* { box-sizing: border-box; }
html { background: #e9edf1; }
body { font: 9.5pt/1.4 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; color: #17202a; background: #fff; max-width: 210mm; margin: 8mm auto; padding: 14mm 16mm; box-shadow: 0 1mm 6mm rgba(20, 30, 40, .16); }
code, pre, .mono { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-variant-numeric: slashed-zero; }
header { display: flex; justify-content: space-between; align-items: baseline; gap: 8mm; }
h1 { white-space: nowrap; font-size: 21pt; line-height: 1.15; margin: 0; letter-spacing: -.015em; }
header p { margin: 0; color: #52606d; text-align: right; overflow-wrap: anywhere; }
.lead { margin: 2mm 0 4.5mm; color: #36424e; max-width: 158mm; }
.key { display: flex; gap: 8mm; align-items: center; border: .5mm solid #17202a; border-radius: 2.5mm; padding: 5mm 6mm; break-inside: avoid; }
.key svg { width: 33mm; height: 33mm; flex: none; }
.label { font-size: 8pt; font-weight: 600; letter-spacing: .07em; text-transform: uppercase; color: #52606d; }
.key code { display: block; font-size: 21pt; font-weight: 700; line-height: 1.35; margin: 1mm 0 1.5mm; }
.key code span { white-space: nowrap; }
.key p { margin: 0; font-size: 8.5pt; color: #52606d; }
.facts { display: grid; grid-template-columns: auto 1fr auto auto; gap: 0 8mm; margin: 4mm 0 2mm; }
.facts dt { grid-row: 1; } .facts dd { grid-row: 2; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 11.5pt; line-height: 1.3; margin: 5.5mm 0 1.5mm; padding-top: 1.8mm; border-top: .25mm solid #c5ced6; break-after: avoid; }
p { margin: 0 0 1.5mm; } p, li { orphans: 2; widows: 2; }
.note { color: #52606d; font-size: 8.5pt; }
.places { margin: 0; padding: 0; list-style: none; columns: 2; column-gap: 8mm; }
.places li { break-inside: avoid; margin-bottom: 1mm; overflow-wrap: anywhere; }
.places .mono { display: block; font-size: 8.5pt; color: #36424e; }
ol { margin: 0; padding-left: 6mm; } ol li { margin-bottom: .8mm; padding-left: 1mm; } ol li::marker { font-weight: 700; }
.command { display: block; width: fit-content; margin: 1mm 0 1.2mm; padding: 1mm 2.5mm; border: .2mm solid #c5ced6; border-radius: 1.2mm; background: #f4f6f8; font-size: 9pt; }
table { border-collapse: collapse; table-layout: fixed; width: 100%; font-size: 8pt; line-height: 1.3; }
thead { display: table-header-group; } tr { break-inside: avoid; }
th { text-align: left; } th, td { padding: .65mm 3.5mm .65mm 0; border-bottom: .15mm solid #dde3e8; vertical-align: top; }
td { overflow-wrap: anywhere; } .id { width: 19mm; } .made { width: 41mm; } .size { width: 19mm; text-align: right; } .at { width: 28%; }
pre { font-size: 7.4pt; line-height: 1.3; margin: 2mm 0 0; padding: 2.5mm 3.5mm; border: .2mm solid #c5ced6; border-radius: 1.2mm; background: #f4f6f8; white-space: pre-wrap; break-inside: avoid; }
@media screen and (max-width: 180mm) { body { margin: 0; padding: 6mm 5mm; } .key, header { flex-direction: column; align-items: flex-start; } header p { text-align: left; } .key code { font-size: 16pt; } .places { columns: 1; } .facts { grid-template-columns: 1fr; } .facts dt, .facts dd { grid-row: auto; } }
@media print { html { background: none; } body { margin: 0; padding: 0; max-width: none; box-shadow: none; } td { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; } }
`;
