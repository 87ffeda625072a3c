/**
 * Restoring a backup of SecureTar version 2, or a plain one, without Holdfast and without Home Assistant: for bash, with tar, openssl
 * and what every Unix has. Key and IV are derived as in format 4; the header's 48 bytes are those of format 5.
 *
 * The key is typed, not given as an argument; openssl takes what is derived from it only as an argument, so other users of the
 * same machine could see that for a moment.
 */
export const restoreRecipe = `# 1. Put the backup (a .tar file) into an empty folder, open a terminal there.
# 2. Start bash, paste all of this, press Enter, then type the key.

unpack_backup() {
  local key salt iv file
  rounds() {  # 100 times SHA-256 over bytes given as hex; the first 16 bytes
    local hex=$1 n
    for n in {1..100}; do
      hex=$(printf "$(sed 's/../\\\\x&/g' <<< "$hex")" |
        openssl dgst -sha256 -r | cut -c 1-64)
    done
    cut -c 1-32 <<< "$hex"
  }
  hex() { od -An -v -tx1 | tr -d ' \\n'; }

  read -r -s -p 'Encryption key, with its dashes: ' key; echo
  tar -xf "$1" || return
  key=$(rounds "$(printf %s "$key" | hex)")
  for file in *.tar.gz *.tar; do
    [ -f "$file" ] && [ "$file" != "$1" ] || continue
    mkdir -p "restored/\${file%%.tar*}"
    if [ "$(head -c 10 "$file" | hex)" = 53656375726554617202 ]; then
      salt=$(head -c 48 "$file" | tail -c 16 | hex)
      iv=$(rounds "$key$salt")
      tail -c +49 "$file" |
        openssl enc -d -aes-128-cbc -K "$key" -iv "$iv" > plain.part
    elif [ "$(head -c 10 "$file" | hex)" = 53656375726554617203 ]; then
      echo "$file is of version 3: use Holdfast or Home Assistant"; continue
    else
      cat "$file" > plain.part
    fi
    tar -xf plain.part -C "restored/\${file%%.tar*}" &&
      echo "restored/\${file%%.tar*} is complete" ||
      echo "$file did not unpack: wrong key, or damaged"
    rm plain.part
  done
}
unpack_backup *.tar
`;
