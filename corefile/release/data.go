package release

// coreDNSVersions are the supported releases of CoreDNS, oldest first.
var coreDNSVersions = []string{
	"1.11.3", "1.11.4",
	"1.12.0", "1.12.1", "1.12.2", "1.12.3", "1.12.4",
	"1.13.0", "1.13.1", "1.13.2",
	"1.14.0", "1.14.1", "1.14.2", "1.14.3", "1.14.4", "1.14.5", "1.14.6", "1.14.7",
	"1.15.0",
}

// nodeCacheVersions are the supported releases of node-cache, oldest first, and head,
// which comes after them.
var nodeCacheVersions = []string{
	"1.24.0", "1.25.0",
	"1.26.0", "1.26.1", "1.26.2", "1.26.3", "1.26.4", "1.26.5", "1.26.6", "1.26.7",
	head,
}

// coreDNSInNodeCache is the CoreDNS in each of them.
var coreDNSInNodeCache = map[string]string{
	"1.24.0": "1.11.3",
	"1.25.0": "1.11.3",
	"1.26.0": "1.11.3", "1.26.1": "1.11.3", "1.26.2": "1.11.3", "1.26.3": "1.11.3", "1.26.4": "1.11.3",
	"1.26.5": "1.12.2",
	"1.26.6": "1.13.1", "1.26.7": "1.13.1",
	head: "1.14.4",
}

// plugins are the plugins of CoreDNS and the version each came with; "" where every
// supported release has it. Source: plugin.cfg of each release. In 1.14.2 that lacks
// proxyproto, which is only in the files that a build generates anew from it.
var plugins = map[string]string{
	"acl": "", "any": "", "auto": "", "autopath": "", "azure": "",
	"bind": "", "bufsize": "",
	"cache": "", "cancel": "", "chaos": "", "clouddns": "",
	"debug": "", "dns64": "", "dnssec": "", "dnstap": "", "dynupdate": "1.15.0",
	"erratic": "", "errors": "", "etcd": "",
	"file": "", "forward": "",
	"geoip": "", "grpc": "", "grpc_server": "1.14.0",
	"header": "", "health": "", "hosts": "", "https": "1.14.0", "https3": "1.14.0",
	"k8s_external": "", "kubernetes": "",
	"loadbalance": "", "local": "", "log": "", "loop": "",
	"metadata": "", "minimal": "", "multisocket": "1.12.0",
	"nomad": "1.13.0", "nsid": "",
	"on": "", "pprof": "", "prometheus": "", "proxyproto": "1.14.3",
	"quic":  "1.12.2",
	"ready": "", "reload": "", "rewrite": "", "root": "", "route53": "",
	"secondary": "", "shed": "1.14.7", "sign": "", "siit": "1.15.0",
	"template": "", "timeouts": "", "tls": "", "trace": "", "transfer": "", "tsig": "",
	"view": "", "whoami": "",
}

// nodeCachePlugins are the plugins that node-cache holds of those: the imports of its
// main package, and dnstap and metadata, which come with forward and trace.
var nodeCachePlugins = set(
	"bind", "bufsize", "cache", "debug", "dns64", "dnstap", "errors", "forward", "health",
	"hosts", "loadbalance", "log", "loop", "metadata", "pprof", "prometheus", "reload",
	"rewrite", "template", "trace", "whoami",
)

// head is the node-cache of June 2026, which is not released yet.
const head = "head"

// headPlugins are the plugins of head. Unlike the releases it has a list of directives of
// its own: timeouts came, and what is only brought along is not on it.
var headPlugins = set(
	"bind", "bufsize", "cache", "debug", "dns64", "errors", "forward", "health", "hosts",
	"loadbalance", "log", "loop", "pprof", "prometheus", "reload", "rewrite", "template",
	"timeouts", "trace", "whoami",
)

// removedPlugins are plugins that old documentation still names.
var removedPlugins = map[string]struct{ replacement, version string }{
	"proxy":      {"forward", "1.5.0"},
	"federation": {"", "1.7.0"},
}

// externalPlugins are plugins of others that CoreDNS's site lists, which only images built
// with them have.
var externalPlugins = set(
	"ads", "alias", "alternate", "amazondns", "blocklist", "dnsredir", "dump", "ens", "fanout", "finalize", "gathersrv", "git",
	"gravwell", "gslb", "handshake", "idetcd", "ipecho", "ipin", "ipset", "k8s_crd", "k8s_event", "k8s_gateway", "kubenodes",
	"kubernetai", "lighthouse", "mdns", "meshname", "multicluster", "mysql", "netbox", "onion", "pdsql", "records", "recursor",
	"redis", "redisc", "rrl", "split", "tailscale", "unbound", "warnlist", "wgsd",
)

func set(names ...string) map[string]struct{} {
	s := make(map[string]struct{}, len(names))
	for _, name := range names {
		s[name] = struct{}{}
	}
	return s
}
