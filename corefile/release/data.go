package release

// A nodeCache is a release of node-cache.
type nodeCache struct{ version, coreDNS string }

// A place is where a plugin stands in the order of the releases from since to until.
type place struct{ name, since, until string }

// coreDNSVersions are the supported releases of CoreDNS, oldest first.
var coreDNSVersions = []string{
	"1.11.3", "1.11.4",
	"1.12.0", "1.12.1", "1.12.2", "1.12.3", "1.12.4",
	"1.13.0", "1.13.1", "1.13.2",
	"1.14.0", "1.14.1", "1.14.2", "1.14.3", "1.14.4", "1.14.5", "1.14.6", "1.14.7",
	"1.15.0",
}

// nodeCaches are the supported releases of node-cache, oldest first, and head, which comes
// after them, each with the CoreDNS in it.
var nodeCaches = []nodeCache{
	{"1.24.0", "1.11.3"},
	{"1.25.0", "1.11.3"},
	{"1.26.0", "1.11.3"},
	{"1.26.1", "1.11.3"},
	{"1.26.2", "1.11.3"},
	{"1.26.3", "1.11.3"},
	{"1.26.4", "1.11.3"},
	{"1.26.5", "1.12.2"},
	{"1.26.6", "1.13.1"},
	{"1.26.7", "1.13.1"},
	{head, "1.14.4"},
}

// head is the node-cache of June 2026, which is not released yet.
const head = "head"

// places are the plugins of CoreDNS in the order in which it sets them up and asks them.
// Without since or until, every supported release has the plugin there: a plugin that moved
// has a line for each place. Source: plugin.cfg of each release. In 1.14.2 that lacks
// proxyproto, which is only in the files that a build generates anew from it.
var places = []place{
	{name: "root"},
	{name: "metadata"},
	{name: "geoip"},
	{name: "cancel"},
	{name: "tls", until: "1.14.6"},
	{name: "proxyproto", since: "1.14.3"},
	{name: "quic", since: "1.12.2"},
	{name: "grpc_server", since: "1.14.0"},
	{name: "https", since: "1.14.0"},
	{name: "https3", since: "1.14.0"},
	{name: "timeouts"},
	{name: "multisocket", since: "1.12.0"},
	{name: "reload"},
	{name: "nsid"},
	{name: "bufsize"},
	{name: "bind"},
	{name: "debug"},
	{name: "trace"},
	{name: "ready"},
	{name: "health"},
	{name: "pprof"},
	{name: "shed", since: "1.14.7"},
	{name: "prometheus"},
	{name: "errors"},
	{name: "log"},
	{name: "dnstap"},
	{name: "local"},
	{name: "dns64"},
	{name: "acl", until: "1.14.2"},
	{name: "siit", since: "1.15.0"},
	{name: "any"},
	{name: "chaos"},
	{name: "loadbalance"},
	{name: "tsig"},
	{name: "cache", until: "1.14.6"},
	{name: "rewrite"},
	{name: "autopath", since: "1.14.7"},
	{name: "acl", since: "1.14.3"},
	{name: "cache", since: "1.14.7"},
	{name: "header"},
	{name: "dnssec"},
	{name: "autopath", until: "1.14.6"},
	{name: "tls", since: "1.14.7"},
	{name: "minimal"},
	{name: "template"},
	{name: "transfer"},
	{name: "dynupdate", since: "1.15.0"},
	{name: "hosts"},
	{name: "route53"},
	{name: "azure"},
	{name: "clouddns"},
	{name: "k8s_external"},
	{name: "kubernetes"},
	{name: "file"},
	{name: "auto"},
	{name: "secondary"},
	{name: "etcd"},
	{name: "loop"},
	{name: "forward"},
	{name: "grpc"},
	{name: "erratic"},
	{name: "whoami"},
	{name: "on"},
	{name: "sign"},
	{name: "view"},
	{name: "nomad", since: "1.13.0"},
}

// nodeCachePlugins are the plugins that node-cache holds of those: the imports of its
// main package, and dnstap and metadata, which come with forward and trace.
var nodeCachePlugins = []string{
	"bind", "bufsize", "cache", "debug", "dns64", "dnstap", "errors", "forward", "health",
	"hosts", "loadbalance", "log", "loop", "metadata", "pprof", "prometheus", "reload",
	"rewrite", "template", "trace", "whoami",
}

// headPlugins are the plugins of head, in their order. Unlike the releases it has a list of
// directives of its own: timeouts came, and what is only brought along is not on it.
var headPlugins = []string{
	"timeouts", "reload", "bufsize", "bind", "debug", "trace", "health", "pprof", "prometheus", "errors",
	"log", "dns64", "loadbalance", "cache", "rewrite", "template", "hosts", "loop", "forward", "whoami",
}

// removedPlugins are plugins that old documentation still names.
var removedPlugins = map[string]struct{ replacement, version string }{
	"proxy":      {"forward", "1.5.0"},
	"federation": {"", "1.7.0"},
}

// externalPlugins are plugins of others that CoreDNS's site lists, which only images built
// with them have.
var externalPlugins = set([]string{
	"ads", "alias", "alternate", "amazondns", "blocklist", "dnsredir", "dump", "ens", "fanout", "finalize", "gathersrv", "git",
	"gravwell", "gslb", "handshake", "idetcd", "ipecho", "ipin", "ipset", "k8s_crd", "k8s_event", "k8s_gateway", "kubenodes",
	"kubernetai", "lighthouse", "mdns", "meshname", "multicluster", "mysql", "netbox", "onion", "pdsql", "records", "recursor",
	"redis", "redisc", "rrl", "split", "tailscale", "unbound", "warnlist", "wgsd",
})
