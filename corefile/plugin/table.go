package plugin

// table is all there is to say about each plugin apart from its releases and its place in
// their order, which package release has. A plugin of any release has to be here, but for
// "on", which is refused. Grammars ask it through Parser.about: they are part of it.
var table = map[string]Plugin{
	"acl": {
		read: acl, Role: Picks,
		Purpose: "Allows, refuses or drops queries by the client's network and the record type.",
		Usage:   "acl [ZONE...]",
	},
	"any": {
		read: anyPlugin, Role: Picks,
		Purpose: "Answers queries of the type ANY with as little as RFC 8482 allows.",
		Usage:   "any",
		Changes: []Change{{"1.14.4", "the server does not start if something follows the plugin's name; before, it is ignored"}},
	},
	"auto": {
		read: auto, Role: Answers, Files: RelativeToRoot,
		Purpose: "Serves all zone files of a folder and looks for new ones.",
		Usage:   "auto [ZONE...]",
	},
	"autopath": {
		read: autopath, Role: Passes, Files: AsWritten,
		Purpose: "Tries the search path of the client's pod in one query instead of one query each.",
		Usage:   "autopath [ZONE...] RESOLV-CONF|@PLUGIN",
	},
	"azure": {
		read: azure, Role: Answers,
		Purpose: "Serves zones of Azure DNS.",
		Usage:   "azure GROUP:ZONE...",
	},
	"bind": {
		read: bind, Role: SetsUp,
		Purpose: "Listens only on the given addresses, not on all.",
		Usage:   "bind ADDRESS|INTERFACE...",
	},
	"bufsize": {
		read: bufsize, Role: Passes,
		Purpose: "Limits the size of UDP answers.",
		Usage:   "bufsize [SIZE]",
	},
	"cache": {
		read: cache, Role: Picks,
		Purpose: "Keeps answers and gives them again until their TTL is over.",
		Usage:   "cache [TTL] [ZONE...]",
		Changes: []Change{
			{"1.14.4", "serve_stale takes a timeout after verify"},
			{"1.14.7", "serve_stale takes a TTL for stale answers and the time between checks"},
		},
	},
	"cancel": {
		read: cancel, Role: Passes,
		Purpose: "Gives up a query that takes too long.",
		Usage:   "cancel [TIMEOUT]",
	},
	"chaos": {
		read: chaos, Role: Picks,
		Purpose: "Answers queries of the class CH for the server's version and authors.",
		Usage:   "chaos [VERSION [AUTHOR...]]",
		Changes: []Change{{"1.14.4", "the server does not start if a block follows; before, it is ignored"}},
	},
	"clouddns": {
		read: clouddns, Role: Answers, Files: AsWritten,
		Purpose: "Serves zones of Google Cloud DNS.",
		Usage:   "clouddns ZONE:PROJECT:HOSTED-ZONE...",
	},
	"debug": {
		read: debug, Role: SetsUp,
		Purpose: "Logs debug messages, and lets the process crash where it would otherwise recover.",
		Usage:   "debug",
	},
	"dns64": {
		read: dns64, Role: Passes,
		Purpose: "Makes IPv6 addresses from IPv4 addresses for names that have only those.",
		Usage:   "dns64 [PREFIX]",
		Changes: []Change{{"1.15.0", "the prefix lengths 72, 80 and 88 are refused"}},
	},
	"dnssec": {
		read: dnssec, Role: Picks, Files: Derived,
		Purpose: "Signs answers with DNSSEC as they are given.",
		Usage:   "dnssec [ZONE...]",
		Changes: []Change{{"1.11.4", "key takes keys from aws_secretsmanager"}},
	},
	"dnstap": {
		read: dnstap, Role: Passes,
		Purpose: "Copies queries and answers to a dnstap collector.",
		Usage:   "dnstap ENDPOINT [full [WRITE-BUFFER [QUEUE]]]\ndnstap listen ENDPOINT [full [WRITE-BUFFER [QUEUE]]]",
		Changes: []Change{
			{"1.11.4", "WRITE-BUFFER and QUEUE are read"},
			{"1.13.0", "the server does not start if they are out of range"},
			{"1.14.4", "listen; the server does not start with an unknown property; before, it is ignored"},
		},
	},
	"dynupdate": {
		read: dynupdate, Role: Answers, Files: RelativeToRoot,
		Purpose: "Serves a zone that clients with a key may change (RFC 2136).",
		Usage:   "dynupdate [ZONE]",
	},
	"erratic": {
		read: erratic, Role: Answers,
		Purpose: "Drops, delays and truncates answers, to test clients.",
		Usage:   "erratic",
	},
	"errors": {
		read: errorsPlugin, Role: Passes,
		Purpose: "Logs errors that plugins return.",
		Usage:   "errors [stdout]",
		Changes: []Change{{"1.14.0", "consolidate takes show_first"}},
	},
	"etcd": {
		read: etcd, Role: Answers, Files: RelativeToRoot,
		Purpose: "Serves records that stand in etcd.",
		Usage:   "etcd [ZONE...]",
	},
	"file": {
		read: filePlugin, Role: Answers, Files: RelativeToRoot,
		Purpose: "Serves a zone from a zone file.",
		Usage:   "file FILE [ZONE...]",
		Changes: []Change{{"1.15.0", "the server does not start if the SOA record is not of one of the plugin's zones"}},
	},
	"forward": {
		read: forward, Role: Answers, Files: RelativeToRoot,
		Purpose: "Sends queries to other name servers.",
		Usage:   "forward FROM TO...",
		Changes: []Change{
			{"1.13.2", "TO may name its TLS server: tls://IP%NAME"},
			{"1.14.4", "TO may be a host name, which the server looks up when it starts"},
			{"1.14.5", "TO may be https://IP"},
			{"1.15.0", "TO may be quic://IP"},
		},
	},
	"geoip": {
		read: geoip, Role: Passes, Files: AsWritten,
		Purpose: "Tells other plugins where the client is.",
		Usage:   "geoip DATABASE",
	},
	"grpc": {
		read: grpcPlugin, Role: Answers, Files: RelativeToRoot,
		Purpose: "Sends queries to other name servers over gRPC.",
		Usage:   "grpc FROM TO...",
	},
	"grpc_server": {
		read: grpcServer, Role: SetsUp,
		Purpose: "Limits connections and streams of grpc:// zones.",
		Usage:   "grpc_server",
	},
	"header": {
		read: header, Role: Passes,
		Purpose: "Sets or clears header flags of queries and answers.",
		Usage:   "header",
	},
	"health": {
		read: health, Role: SetsUp, Listens: ":8080",
		Purpose: "Reports at /health that the process lives.",
		Usage:   "health [ADDRESS]",
	},
	"hosts": {
		read: hosts, Role: Answers, Files: RelativeToRoot,
		Purpose: "Serves entries of a hosts file and of its block.",
		Usage:   "hosts [FILE [ZONE...]] { ADDRESS NAME... }",
		Changes: []Change{{"1.15.0", "*.NAME is an entry for all names one label below; before, it is a name like others"}},
	},
	"https": {
		read: https, Role: SetsUp,
		Purpose: "Limits connections and streams of https:// zones.",
		Usage:   "https",
	},
	"https3": {
		read: https3, Role: SetsUp,
		Purpose: "Limits streams of https3:// zones.",
		Usage:   "https3",
	},
	"k8s_external": {
		read: k8sExternal, Role: Answers,
		Purpose: "Serves external addresses of Kubernetes Services in another zone than the cluster's.",
		Usage:   "k8s_external [ZONE...]",
	},
	"kubernetes": {
		read: kubernetes, Role: Answers, Files: AsWritten,
		Purpose: "Serves Kubernetes Services and pods.",
		Usage:   "kubernetes [ZONE...]",
	},
	"loadbalance": {
		read: loadbalance, Role: Passes,
		Purpose: "Changes the order of A and AAAA records in answers.",
		Usage:   "loadbalance [round_robin]\nloadbalance weighted FILE",
		Changes: []Change{{"1.12.4", "round_robin takes a block"}},
	},
	"local": {
		read: local, Role: Picks,
		Purpose: "Answers for localhost and the reverse of 127.0.0.0/8.",
		Usage:   "local",
		Changes: []Change{{"1.14.4", "the server does not start if something follows the plugin's name; before, it is ignored"}},
	},
	"log": {
		read: log, Role: Passes,
		Purpose: "Logs queries.",
		Usage:   "log [ZONE]\nlog ZONE... [FORMAT]",
	},
	"loop": {
		read: loop, Role: Passes,
		Purpose: "Ends the process when its own queries come back to it.",
		Usage:   "loop",
	},
	"metadata": {
		read: metadata, Role: Passes,
		Purpose: "Collects what plugins know about a query for other plugins to use.",
		Usage:   "metadata [ZONE...]",
	},
	"minimal": {
		read: minimal, Role: Passes,
		Purpose: "Leaves out of answers what is not asked for.",
		Usage:   "minimal",
	},
	"multisocket": {
		read: multisocket, Role: SetsUp,
		Purpose: "Listens with several sockets on one port, to use more processors.",
		Usage:   "multisocket [SOCKETS]",
		Changes: []Change{{"1.13.2", "the server does not start with more than 1024 sockets"}},
	},
	"nomad": {
		read: nomad, Role: Answers,
		Purpose: "Serves services of HashiCorp Nomad.",
		Usage:   "nomad [ZONE]",
	},
	"nsid": {
		read: nsid, Role: Passes,
		Purpose: "Adds the server's name to answers for clients that ask for it (RFC 5001).",
		Usage:   "nsid [DATA...]",
	},
	"pprof": {
		read: pprof, Role: SetsUp, Listens: "localhost:6053",
		Purpose: "Serves profiles of the process at /debug/pprof.",
		Usage:   "pprof [ADDRESS]",
	},
	"prometheus": {
		read: prometheus, Role: Passes, Listens: "localhost:9153",
		Purpose: "Serves metrics at /metrics.",
		Usage:   "prometheus [ADDRESS]",
	},
	"proxyproto": {
		read: proxyproto, Role: SetsUp,
		Purpose: "Takes the client's address from the PROXY protocol of a load balancer.",
		Usage:   "proxyproto",
	},
	"quic": {
		read: quic, Role: SetsUp,
		Purpose: "Limits connections and streams of quic:// zones.",
		Usage:   "quic",
	},
	"ready": {
		read: ready, Role: SetsUp, Listens: ":8181",
		Purpose: "Reports at /ready that all plugins are ready.",
		Usage:   "ready [ADDRESS]",
		Changes: []Change{{"1.14.4", "the server does not start with an unknown property; before, it is ignored"}},
	},
	"reload": {
		read: reload, Role: SetsUp,
		Purpose: "Reads the Corefile again when it has changed.",
		Usage:   "reload [INTERVAL [JITTER]]",
		Changes: []Change{{"1.14.2", "JITTER may be 0s"}},
	},
	"rewrite": {
		read: rewrite, Role: Passes,
		Purpose: "Changes a query before other plugins see it, and the answer back.",
		Usage: "rewrite [continue|stop] name [exact|prefix|suffix|substring|regex] FROM TO [answer auto]\n" +
			"rewrite [continue|stop] class|type FROM TO\n" +
			"rewrite [continue|stop] edns0 local|nsid|subnet ACTION ...\n" +
			"rewrite [continue|stop] ttl|cname|rcode [exact|prefix|suffix|substring|regex] NAME ...",
		Changes: []Change{
			{"1.11.4", "edns0 takes revert"},
			{"1.12.3", "edns0 takes the action unset"},
			{"1.13.2", "cname matches a target that is written without its final dot"},
			{"1.15.0", "name takes metadata"},
		},
	},
	"root": {
		read: root, Role: SetsUp,
		Purpose: "Names the folder that file names of other plugins are relative to.",
		Usage:   "root PATH",
	},
	"route53": {
		read: route53, Role: Answers,
		Purpose: "Serves zones of Amazon Route 53.",
		Usage:   "route53 ZONE:HOSTED-ZONE-ID...",
	},
	"secondary": {
		read: secondary, Role: Answers,
		Purpose: "Serves zones that it transfers from another server.",
		Usage:   "secondary [ZONE...]",
		Changes: []Change{
			{"1.12.2", "the server does not start without transfer"},
			{"1.14.7", "catalog takes zones"},
		},
	},
	"shed": {
		read: shed, Role: Picks,
		Purpose: "Drops queries that the server is too busy for.",
		Usage:   "shed",
	},
	"sign": {
		read: sign, Role: SetsUp, Files: Derived,
		Purpose: "Signs a zone file with DNSSEC and writes the signed one, for file to serve.",
		Usage:   "sign FILE [ZONE...]",
	},
	"siit": {
		read: siit, Role: Passes,
		Purpose: "Makes IPv6 addresses for IPv4 servers behind a stateless translator (RFC 7915).",
		Usage:   "siit",
	},
	"template": {
		read: template, Role: Answers,
		Purpose: "Makes answers from the query with Go templates.",
		Usage:   "template CLASS TYPE [ZONE...]",
	},
	"timeouts": {
		read: timeouts, Role: SetsUp,
		Purpose: "Sets how long connections of clients may take and stay.",
		Usage:   "timeouts",
	},
	"tls": {
		read: tlsPlugin, Role: SetsUp, Files: RelativeToRoot,
		Purpose: "Names the certificate for tls://, https://, https3://, quic:// and grpc:// zones.",
		Usage:   "tls CERT KEY [CA]\ntls",
		Changes: []Change{{"1.14.7", "tls without files gets a certificate by ACME"}},
	},
	"trace": {
		read: trace, Role: Passes,
		Purpose: "Sends traces of queries to Zipkin or Datadog.",
		Usage:   "trace [[zipkin|datadog] ENDPOINT]",
		Changes: []Change{{"1.14.4", "the server does not start with an unknown property; before, it is ignored"}},
	},
	"transfer": {
		read: transfer, Role: Picks,
		Purpose: "Lets other servers transfer the zones of file, auto and secondary.",
		Usage:   "transfer [ZONE...]",
	},
	"tsig": {
		read: tsig, Role: Picks, Files: AsWritten,
		Purpose: "Refuses queries that are not signed with a key, and signs the answers.",
		Usage:   "tsig [ZONE...]",
	},
	"view": {
		read: view, Role: Passes,
		Purpose: "Gives the server block only queries for which an expression is true.",
		Usage:   "view NAME",
	},
	"whoami": {
		read: whoami, Role: Answers,
		Purpose: "Answers every query with the address of the client.",
		Usage:   "whoami",
	},
}
