/** What a Ceph of one monitor, one store and one gateway needs to know, all on the loopback interface. */
export interface CephSettings {
  readonly folder: string;
  readonly clusterId: string;
  readonly monitorPort: number;
  readonly gatewayPort: number;
  readonly store: 'memory' | 'file';
}

/** The text of its `ceph.conf`. */
export function cephSettings({ folder, clusterId, monitorPort, gatewayPort, store }: CephSettings): string {
  const global = {
    fsid: clusterId,
    mon_host: `v2:127.0.0.1:${monitorPort}`,
    ms_bind_msgr1: false,
    public_network: '127.0.0.0/8',
    public_addr: '127.0.0.1',
    auth_cluster_required: 'none',
    auth_service_required: 'none',
    auth_client_required: 'none',
    auth_allow_insecure_global_id_reclaim: false,
    // The default is to encrypt towards the monitor, which without keys waits for ever.
    ms_mon_client_mode: 'crc',
    ms_client_mode: 'crc',
    ms_cluster_mode: 'crc',
    ms_service_mode: 'crc',
    // Otherwise each pool takes two seconds.
    paxos_propose_interval: 0.05,
    paxos_min_wait: 0.02,
    mon_tick_interval: 1,
    // A gateway that asks before the store is there looks again soon, not after five seconds.
    objecter_tick_interval: 0.1,
    run_dir: `${folder}/run`,
    // A socket's path has a short limit, which a folder for temporary files may exceed.
    admin_socket: '',
    log_file: `${folder}/$name.log`,
    crash_dir: `${folder}/run`,
    mon_data: `${folder}/mon`,
    // A nearly full disk would stop the monitor.
    mon_data_avail_crit: 1,
    mon_data_avail_warn: 2,
    mon_allow_pool_size_one: true,
    osd_pool_default_size: 1,
    osd_pool_default_min_size: 1,
    osd_pool_default_pg_num: 4,
    osd_pool_default_pgp_num: 4,
    osd_pool_default_pg_autoscale_mode: 'off',
    osd_crush_chooseleaf_type: 0,
    osd_max_pg_log_entries: 100,
    osd_min_pg_log_entries: 50,
    osd_data: `${folder}/osd`,
    osd_objectstore: store === 'memory' ? 'memstore' : 'bluestore',
    memstore_device_bytes: 4 * 2 ** 30,
    bluestore_block_size: 64 * 2 ** 30,
    osd_memory_target: 896 * 2 ** 20,
    // With the bucket's mark before it, a key of 1024 bytes has to fit.
    osd_max_object_name_len: 2048,
    osd_max_object_namespace_len: 256,
  };
  const gateway = {
    rgw_data: `${folder}/run`,
    rgw_frontends: `beast endpoint=127.0.0.1:${gatewayPort}`,
    rgw_enable_apis: 's3',
    rgw_enable_ops_log: false,
    rgw_enable_usage_log: false,
    // What was deleted leaves the store soon.
    rgw_gc_obj_min_wait: 0,
    rgw_gc_processor_period: 2,
    // A quota counts what is there now.
    rgw_bucket_quota_ttl: 0,
  };
  return `[global]\n${lines(global)}[client.rgw]\n${lines(gateway)}`;
}

function lines(values: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
