package extraconfig_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"corewarden/corefile"
	"corewarden/corefile/release"
	"corewarden/extraconfig"
)

// A mistake is a ConfigMap as people write it, and all that they read about it.
type mistake struct {
	name    string
	data    texts
	coreDNS string // the release, if not the newest
	want    []string
}

// commonMistakes returns the mistakes that people make most, as their reports to CoreDNS,
// node-cache and the makers of clusters tell. The real servers refuse and start on these
// texts as it says here; those that have to look up a name or have an address do so in a
// pod where that is possible.
//
// Not judged yet, for it takes the server's own Corefile or the cluster:
//   - forwarding to the cluster's DNS, such as 10.96.0.10, to the node's stub resolver or
//     to the server itself: which address that is, the cluster knows, and whether a query
//     loops, the Corefile of the other server;
//   - a block without the bind that the server's own Corefile has, which is never asked on
//     node-local-dns, or a bind to an address that is in use on the nodes;
//   - health, ready, pprof and prometheus once more, on the port or instead of those in
//     the server's own Corefile;
//   - a zone other than the root that the server's own Corefile serves, such as
//     cluster.local;
//   - forwarding over TLS without tls_servername: which names and addresses the server's
//     certificate has, only the server knows.
func commonMistakes() []mistake {
	return []mistake{
		// A plugin that a server does not have.
		{name: "a plugin that node-cache does not have", data: texts{"corp.Corefile": "corp.example.com:53 {\n    errors\n    acl {\n        block net 192.168.0.0/16\n    }\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:3:5 error unavailable-plugin [node-local-dns (node-cache 1.26.7)]: node-cache 1.26.7 has no plugin "acl". It has bind, bufsize, cache, debug, dns64, dnstap, errors, forward, health, hosts, loadbalance, log, loop, metadata, pprof, prometheus, reload, rewrite, template, trace, whoami. Remove it, or move its block to the ConfigMap coredns-extra-configs`,
		}},
		{name: "a plugin that came with a later release", coreDNS: "1.11.3", data: texts{"corp.Corefile": "corp.example.com {\n    multisocket\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:2:5 error unavailable-plugin [CoreDNS 1.11.3]: CoreDNS 1.11.3 has no plugin "multisocket": it came with CoreDNS 1.12.0. Remove it or update CoreDNS first`,
			`corp.Corefile:2:5 error unavailable-plugin [node-local-dns (node-cache 1.26.7)]: node-cache 1.26.7 has no plugin "multisocket". It has bind, bufsize, cache, debug, dns64, dnstap, errors, forward, health, hosts, loadbalance, log, loop, metadata, pprof, prometheus, reload, rewrite, template, trace, whoami. Remove it, or move its block to the ConfigMap coredns-extra-configs`,
		}},

		// The root zone, which the servers' own Corefile serves.
		{name: "the root zone, which the servers' own Corefile serves", data: texts{"upstream.Corefile": ".:53 {\n    forward . 1.1.1.1\n}\n"}, want: []string{
			`upstream.Corefile:1:1 error zone-already-served [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: ".:53" on port 53 is already served in MetaKube's Corefile. Use a more specific zone`,
		}},

		// A zone that is served twice.
		{name: "a zone in two keys", data: texts{"corp.Corefile": "corp.example.com:53 {\n    forward . 10.20.0.53\n}\n", "vpn.Corefile": "# over the VPN\ncorp.example.com {\n    forward . 10.30.0.53\n}\n"}, want: []string{
			`vpn.Corefile:2:1 error zone-already-served [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: "corp.example.com" on port 53 is already served by "corp.example.com:53" on line 1 of "corp.Corefile". Use a more specific zone or merge the two blocks`,
		}},
		{name: "a zone in capitals", data: texts{"corp.Corefile": "example.org {\n    forward . 10.20.0.53\n}\nExample.org {\n    forward . 10.30.0.53\n}\n"}, want: []string{
			`corp.Corefile:4:1 error zone-already-served [CoreDNS 1.15.0]: "Example.org" on port 53 is already served by "example.org" on line 1. Use a more specific zone or merge the two blocks`,
			`corp.Corefile:4:1 warning old-behaviour [node-local-dns (node-cache 1.26.7)]: no query reaches "Example.org": before CoreDNS 1.14.7 a zone with capital letters matches none. Write it in small letters`,
		}},
		{name: "a zone twice in one block", data: texts{"corp.Corefile": "example.org example.org:53 {\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:1:13 error zone-already-served [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: "example.org:53" on port 53 is already served by "example.org" on line 1. Remove one of the two`,
		}},
		{name: "networks that hold the same reverse zone", data: texts{"reverse.Corefile": "10.0.0.0/22 {\n    forward . 10.20.0.53\n}\n10.0.2.0/24 {\n    forward . 10.30.0.53\n}\n"}, want: []string{
			`reverse.Corefile:4:1 error zone-already-served [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: "10.0.2.0/24", which contains zone "2.0.10.in-addr.arpa", on port 53 is already served by "10.0.0.0/22" on line 1. Use a more specific zone or merge the two blocks`,
		}},

		// A plugin that is used twice.
		{name: "hosts twice in one block", data: texts{"corp.Corefile": "example.org {\n    hosts {\n        10.0.0.1 www.example.org\n        fallthrough\n    }\n    hosts {\n        10.0.0.2 mail.example.org\n        fallthrough\n    }\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:6:5 error repeated-plugin [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: hosts: a server block can use this plugin only once. Merge this use into the first, on line 2`,
		}},

		// No blank before a brace.
		{name: "no blank between a zone and its brace", data: texts{"corp.Corefile": "example.org{\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:1:1 warning suspicious-zone [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: CoreDNS reads "example.org{" as a zone name, which no query matches. Put a space before the "{"`,
		}},
		{name: "no blank between a port and its brace", data: texts{"corp.Corefile": "example.org:1053{\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:1:1 warning suspicious-zone [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: CoreDNS reads "example.org:1053{" as a zone name, which no query matches. Put a space before the "{"`,
		}},
		{name: "no blank between a plugin and its brace", data: texts{"corp.Corefile": "example.org {\n    hosts{\n        10.0.0.1 www.example.org\n        fallthrough\n    }\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:2:5 error unknown-plugin [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: unknown plugin "hosts{". Put a space before the "{" -> hosts {`,
		}},
		{name: "no blank between an argument and its brace", data: texts{"corp.Corefile": "example.org {\n    forward . 10.20.0.53{\n        force_tcp\n    }\n}\n"}, want: []string{
			`corp.Corefile:2:15 error invalid-value [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: forward: "10.20.0.53{" is neither an IP address nor a file. Put a space before the "{"`,
			`corp.Corefile:3:9 error unknown-plugin [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: unknown plugin "force_tcp". Every line of a server block starts with a plugin; the properties of a plugin go in its own braces`,
			`corp.Corefile:5:1 error unexpected-brace [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: "}" closes nothing: every block above it is already closed. Remove it`,
		}},

		// A brace on the line of a directive.
		{name: "a block on one line", data: texts{"corp.Corefile": "example.org { forward . 10.20.0.53 }\n"}, want: []string{
			`corp.Corefile:1:36 error unexpected-brace [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: "}" is on the line of a directive: the whole text is one line. If it comes from YAML, put "|" after the key to keep its line breaks`,
		}},
		{name: "a brace behind a directive", data: texts{"corp.Corefile": "example.org {\n    errors\n    forward . 10.20.0.53 }\n"}, want: []string{
			`corp.Corefile:3:26 error unexpected-brace [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: "}" is on the line of a directive. Put each directive and each "}" on its own line`,
		}},
		{name: "a plugin's block on one line", data: texts{"corp.Corefile": "example.org {\n    forward . 10.20.0.53 { force_tcp }\n}\n"}, want: []string{
			`corp.Corefile:2:38 error wrong-arguments [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: forward: the "}" is read as an argument. Put each property and each "}" on its own line`,
		}},

		// A brace that is missing, or one too many.
		{name: "a server block that is not closed", data: texts{"corp.Corefile": "example.org {\n    forward . 10.20.0.53\n"}, want: []string{
			`corp.Corefile:1:13 error unclosed-block [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: missing "}": the file that is loaded next becomes part of the server block of "example.org". Add "}" on its own line`,
		}},
		{name: "a plugin's block that is not closed", data: texts{"corp.Corefile": "example.org {\n    hosts {\n        10.0.0.1 www.example.org\n        fallthrough\n    forward . 10.20.0.53\n}\n", "vpn.Corefile": "vpn.example.org {\n    forward . 10.30.0.53\n}\n"}, want: []string{
			`corp.Corefile:1:13 error unclosed-block [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: missing "}": the file that is loaded next becomes part of the server block of "example.org". Add "}" on its own line`,
			`corp.Corefile:5:5 error unknown-property [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: hosts: unknown property "forward"; it is a plugin. Move it out of this block, or close the block above it with "}"`,
		}},
		{name: "a brace too many", data: texts{"corp.Corefile": "example.org {\n    forward . 10.20.0.53\n    }\n}\n"}, want: []string{
			`corp.Corefile:4:1 error unexpected-brace [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: "}" closes nothing: every block above it is already closed. Remove it`,
		}},

		// What is no plugin.
		{name: "a block inside of a block", data: texts{"corp.Corefile": "example.org {\n    forward . 10.20.0.53\n    sub.example.org {\n        forward . 10.30.0.53\n    }\n}\n"}, want: []string{
			`corp.Corefile:3:5 error unknown-plugin [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: unknown plugin "sub.example.org": server blocks cannot be nested. Close the block of "example.org" above this line`,
		}},
		{name: "the root inside of a block", data: texts{"corp.Corefile": "example.org {\n    . {\n        forward . 10.30.0.53\n    }\n}\n"}, want: []string{
			`corp.Corefile:2:5 error unknown-plugin [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: unknown plugin ".": server blocks cannot be nested. Close the block of "example.org" above this line`,
		}},
		{name: "a misspelt plugin", data: texts{"corp.Corefile": "example.org {\n    foward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:2:5 error unknown-plugin [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: unknown plugin "foward"; did you mean "forward"? -> forward`,
		}},
		{name: "a property outside of its block", data: texts{"corp.Corefile": "example.org {\n    forward . 10.20.0.53\n    force_tcp\n    policy sequential\n}\n"}, want: []string{
			`corp.Corefile:3:5 error unknown-plugin [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: unknown plugin "force_tcp". Every line of a server block starts with a plugin; the properties of a plugin go in its own braces`,
			`corp.Corefile:4:5 error unknown-plugin [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: unknown plugin "policy". Every line of a server block starts with a plugin; the properties of a plugin go in its own braces`,
		}},

		// Forwarding to a name.
		{name: "forwarding to the name of a host", data: texts{"consul.Corefile": "consul {\n    forward . consul-server.consul.svc.cluster.local:8600\n}\n"}, want: []string{
			`consul.Corefile:2:15 warning pod-network [CoreDNS 1.15.0]: forward: the server starts only if it can resolve "consul-server.consul.svc.cluster.local"; Corewarden cannot check this. Write an IP address to avoid the lookup`,
			`consul.Corefile:2:15 error invalid-value [node-local-dns (node-cache 1.26.7)]: forward: "consul-server.consul.svc.cluster.local:8600" is neither an IP address nor a file. Write an IP address: node-cache 1.26.7 does not resolve host names here`,
		}},

		// Half of a forward.
		{name: "forward without the servers", data: texts{"corp.Corefile": "example.org {\n    forward .\n}\n"}, want: []string{
			`corp.Corefile:2:13 error wrong-arguments [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: forward: wrong number of arguments. Write: forward FROM TO..., such as "forward . 192.0.2.1"`,
		}},
		{name: "forward without the zone", data: texts{"corp.Corefile": "example.org {\n    forward 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:2:13 error wrong-arguments [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: forward: the zone is missing before the address. Write: forward . 10.20.0.53`,
		}},
		{name: "forward without the zone, to two servers", data: texts{"corp.Corefile": "example.org {\n    forward 10.20.0.53 10.20.0.54\n}\n"}, want: []string{
			`corp.Corefile:2:13 warning silent-zone [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: forward: CoreDNS reads 10.20.0.53 as the zone to forward, which matches no query. Write the zone before the addresses: forward . 10.20.0.53`,
		}},

		// What was removed long ago.
		{name: "a plugin that was removed", data: texts{"corp.Corefile": "example.org {\n    proxy . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:2:5 error unknown-plugin [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: plugin "proxy" was removed in CoreDNS 1.5.0. Use "forward" -> forward`,
		}},
		{name: "properties of kubernetes that were removed", data: texts{"corp.Corefile": "corp.local {\n    kubernetes corp.local {\n        pods insecure\n        upstream\n        resyncperiod 30s\n        transfer to *\n    }\n}\n"}, want: []string{
			`corp.Corefile:2:5 warning pod-network [CoreDNS 1.15.0]: kubernetes: the server starts only in a pod with a service account of the cluster; Corewarden cannot check this`,
			`corp.Corefile:2:5 error unavailable-plugin [node-local-dns (node-cache 1.26.7)]: node-cache 1.26.7 has no plugin "kubernetes". It has bind, bufsize, cache, debug, dns64, dnstap, errors, forward, health, hosts, loadbalance, log, loop, metadata, pprof, prometheus, reload, rewrite, template, trace, whoami. Remove it, or move its block to the ConfigMap coredns-extra-configs`,
			`corp.Corefile:4:9 error unavailable-property [CoreDNS 1.15.0]: kubernetes: CoreDNS 1.15.0 no longer has the property "upstream": CoreDNS 1.6.9 was the last with it. Remove it`,
			`corp.Corefile:5:9 error unavailable-property [CoreDNS 1.15.0]: kubernetes: CoreDNS 1.15.0 no longer has the property "resyncperiod": CoreDNS 1.6.9 was the last with it. Remove it`,
			`corp.Corefile:6:9 error unavailable-property [CoreDNS 1.15.0]: kubernetes: CoreDNS 1.15.0 no longer has the property "transfer": CoreDNS 1.7.1 was the last with it. Remove it`,
		}},
		{name: "properties of file that were removed", data: texts{"corp.Corefile": "example.org {\n    file db.example.org {\n        transfer to 10.20.0.53\n        upstream 8.8.8.8\n    }\n}\n"}, want: []string{
			`corp.Corefile:2:5 error unavailable-plugin [node-local-dns (node-cache 1.26.7)]: node-cache 1.26.7 has no plugin "file". It has bind, bufsize, cache, debug, dns64, dnstap, errors, forward, health, hosts, loadbalance, log, loop, metadata, pprof, prometheus, reload, rewrite, template, trace, whoami. Remove it, or move its block to the ConfigMap coredns-extra-configs`,
			`corp.Corefile:2:10 warning pod-file [CoreDNS 1.15.0]: file: the server reads "db.example.org" in its pod and does not start if that is not a zone file; Corewarden cannot check it`,
			`corp.Corefile:3:9 error unknown-property [CoreDNS 1.15.0]: file: unknown property "transfer"; it is a plugin. Move it out of this block, or close the block above it with "}"`,
			`corp.Corefile:4:9 warning ignored-text [CoreDNS 1.15.0]: file: CoreDNS ignores upstream: it resolves such names itself. Remove it`,
		}},

		// A bind on one of two blocks.
		{name: "bind on one of two blocks of a zone", data: texts{"corp.Corefile": "example.org {\n    bind 127.0.0.1\n    forward . 10.20.0.53\n}\nexample.org {\n    forward . 10.30.0.53\n}\n"}, want: []string{
			`corp.Corefile:5:1 error zone-overlap [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: "example.org" on port 53 is already served by "example.org" on line 1, and only one of the two blocks listens on every address. Give both a bind or neither`,
		}},
		{name: "the root zone on one address", data: texts{"corp.Corefile": ".:53 {\n    bind 127.0.0.1\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:1:1 error zone-overlap [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: ".:53" on port 53 is already served in MetaKube's Corefile, and only one of the two blocks listens on every address. Use a more specific zone`,
		}},

		// An address that only some pods have.
		{name: "an address that only some pods have", data: texts{"corp.Corefile": "example.org {\n    bind 169.254.20.10\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:2:10 warning pod-address [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: bind: the server starts only if its pod has the address 169.254.20.10; Corewarden cannot check this. Usually node-local-dns has such a link-local address and CoreDNS does not`,
		}},

		// Listeners beside DNS.
		{name: "health on a port without its colon", data: texts{"corp.Corefile": "example.org {\n    health 8080\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:2:12 error invalid-value [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: health: the address "8080" has no colon. Write ":8080"`,
		}},

		// The grammar of rewrite.
		{name: "rewrite with an answer behind a type", data: texts{"corp.Corefile": "example.org {\n    rewrite type ANY HINFO answer auto\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:2:28 error invalid-value [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: rewrite: answer rules work only after a name rule. Write: rewrite name ... answer auto|name FROM TO|value FROM TO`,
		}},
		{name: "rewrite with an answer without the word answer", data: texts{"corp.Corefile": "example.org {\n    rewrite name suffix .example.org .svc.cluster.local name .svc.cluster.local .example.org\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:2:57 error invalid-value [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: rewrite: unexpected "name" in the rule. Write: rewrite name ... answer auto|name FROM TO|value FROM TO`,
		}},
		{name: "rewrite with an answer on a line of its own", data: texts{"corp.Corefile": "example.org {\n    rewrite name regex (.*)\\.example\\.org {1}.default.svc.cluster.local\n    rewrite answer name (.*)\\.default\\.svc\\.cluster\\.local {1}.example.org\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:3:13 error invalid-value [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: rewrite: answer rules follow a name rule. Write: rewrite name regex FROM TO answer name FROM TO`,
		}},
		{name: "rewrite with look-ahead", data: texts{"corp.Corefile": "example.org {\n    rewrite name regex (?!www)(.*)\\.example\\.org {1}.example.com\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:2:24 error invalid-value [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: rewrite: "(?!www)(.*)\\.example\\.org" is not a valid Go regular expression: invalid or unsupported Perl syntax at "(?!". Go has no look-ahead or look-behind: write it without`,
		}},
		{name: "rewrite with a group too many", data: texts{"corp.Corefile": "example.org {\n    rewrite name regex (.*)\\.example\\.org {1}.{2}.example.com\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:2:43 error invalid-value [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: rewrite: "{1}.{2}.example.com" uses 2 groups, but the expression "(.*)\\.example\\.org" has 1. Put parentheses around each part that you use`,
		}},

		// The order of views.
		{name: "a block with a view behind the one without", coreDNS: "1.13.1", data: texts{"corp.Corefile": "example.org {\n    forward . 10.20.0.53\n}\nexample.org {\n    view internal {\n        expr incidr(client_ip(), '10.0.0.0/8')\n    }\n    forward . 10.30.0.53\n}\n"}, want: []string{
			`corp.Corefile:4:1 error zone-already-served [CoreDNS 1.13.1 and node-local-dns (node-cache 1.26.7)]: "example.org" on port 53 is already served by "example.org" on line 1, without a view. Put the block without a view last: CoreDNS before 1.14.3 needs that`,
			`corp.Corefile:5:5 error unavailable-plugin [node-local-dns (node-cache 1.26.7)]: node-cache 1.26.7 has no plugin "view". It has bind, bufsize, cache, debug, dns64, dnstap, errors, forward, health, hosts, loadbalance, log, loop, metadata, pprof, prometheus, reload, rewrite, template, trace, whoami. Remove it, or move its block to the ConfigMap coredns-extra-configs`,
		}},
		{name: "a block with a view behind the one without, which CoreDNS takes by now", data: texts{"corp.Corefile": "example.org {\n    forward . 10.20.0.53\n}\nexample.org {\n    view internal {\n        expr incidr(client_ip(), '10.0.0.0/8')\n    }\n    forward . 10.30.0.53\n}\n"}, want: []string{
			`corp.Corefile:4:1 error zone-already-served [node-local-dns (node-cache 1.26.7)]: "example.org" on port 53 is already served by "example.org" on line 1, without a view. Put the block without a view last: CoreDNS before 1.14.3 needs that`,
			`corp.Corefile:5:5 warning unreachable [CoreDNS 1.15.0]: view: the server block on line 1 has the same zone, no view and comes first, so it takes the queries. Move it below this block`,
			`corp.Corefile:5:5 error unavailable-plugin [node-local-dns (node-cache 1.26.7)]: node-cache 1.26.7 has no plugin "view". It has bind, bufsize, cache, debug, dns64, dnstap, errors, forward, health, hosts, loadbalance, log, loop, metadata, pprof, prometheus, reload, rewrite, template, trace, whoami. Remove it, or move its block to the ConfigMap coredns-extra-configs`,
		}},

		// hosts.
		{name: "hosts with an entry behind fallthrough", data: texts{"corp.Corefile": "example.org {\n    hosts {\n        fallthrough\n        10.0.0.1 www.example.org\n    }\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:4:9 error unknown-property [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: hosts: no entry may follow fallthrough, as "10.0.0.1" does. Move fallthrough below all entries`,
		}},
		{name: "hosts without fallthrough", data: texts{"corp.Corefile": "example.org {\n    hosts {\n        10.0.0.1 www.example.org\n    }\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:2:5 warning ignored-text [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: hosts: without fallthrough, every name without an entry here gets SERVFAIL, and forward sees only PTR queries. Add fallthrough below the entries`,
		}},
		{name: "hosts with the name before the address", data: texts{"corp.Corefile": "example.org {\n    hosts {\n        www.example.org 10.0.0.1\n        fallthrough\n    }\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:3:9 warning ignored-text [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: hosts: CoreDNS reads this line as an entry and ignores it: "www.example.org" is not an IP address. Write for example "10.0.0.1 name.example.org"`,
		}},

		// What YAML and the clipboard do to a text.
		{name: "YAML folds a block into one line", data: texts{"corp.Corefile": "example.org:53 { errors cache 30 forward . 10.20.0.53 }"}, want: []string{
			`corp.Corefile:1:44 error wrong-arguments [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: errors: wrong number of arguments. Write: errors [stdout]`,
			`corp.Corefile:1:55 error unexpected-brace [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: "}" is on the line of a directive: the whole text is one line. If it comes from YAML, put "|" after the key to keep its line breaks`,
		}},
		{name: "YAML folds two blocks into one line", data: texts{"corp.Corefile": "a.org { forward . 10.20.0.53 } b.org { forward . 10.20.0.53 }"}, want: []string{
			`corp.Corefile:1:30 error unexpected-brace [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: "}" is on the line of a directive: the whole text is one line. If it comes from YAML, put "|" after the key to keep its line breaks`,
			`corp.Corefile:1:61 error unexpected-brace [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: "}" is on the line of a directive: the whole text is one line. If it comes from YAML, put "|" after the key to keep its line breaks`,
		}},
		{name: "no-break spaces, which are blanks to CoreDNS", data: texts{"corp.Corefile": "example.org {\n\u00a0\u00a0\u00a0\u00a0forward\u00a0. 10.20.0.53\n}\n"}},
		{name: "a zero-width space", data: texts{"corp.Corefile": "example.org {\n    \u200bforward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:2:5 warning invisible-character [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: "\u200bforward" contains the invisible character U+200B, which CoreDNS reads as part of the word. Remove it`,
			`corp.Corefile:2:5 error unknown-plugin [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: unknown plugin "\u200bforward"; did you mean "forward"? -> forward`,
		}},

		// Placeholders that were left in.
		{name: "bind to a placeholder of node-local-dns", data: texts{"corp.Corefile": "example.org {\n    bind __PILLAR__LOCAL__DNS__\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:2:10 error invalid-value [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: bind: "__PILLAR__LOCAL__DNS__" is neither an IP address nor an interface name. It looks like an unreplaced placeholder: write the address`,
		}},
		{name: "forward to a placeholder of node-local-dns", data: texts{"corp.Corefile": "example.org {\n    forward . __PILLAR__CLUSTER__DNS__\n}\n"}, want: []string{
			`corp.Corefile:2:15 warning pod-network [CoreDNS 1.15.0]: forward: "__PILLAR__CLUSTER__DNS__" looks like an unreplaced placeholder. The server tries to resolve it as a host name and does not start if that fails. Write the address`,
			`corp.Corefile:2:15 error invalid-value [node-local-dns (node-cache 1.26.7)]: forward: "__PILLAR__CLUSTER__DNS__" is an unreplaced placeholder. Write an IP address`,
		}},
		{name: "a placeholder of node-local-dns for a zone", data: texts{"corp.Corefile": "__PILLAR__DNS__DOMAIN__:53 {\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:1:1 warning suspicious-zone [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: CoreDNS reads "__PILLAR__DNS__DOMAIN__" as a zone name, which no query matches. It looks like an unreplaced placeholder: write the zone`,
		}},
		{name: "a placeholder in angle brackets for a zone", data: texts{"corp.Corefile": "<your-domain>:53 {\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:1:1 warning suspicious-zone [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: CoreDNS reads "<your-domain>" as a zone name, which no query matches. It looks like an unreplaced placeholder: write the zone`,
		}},
		{name: "forward to a placeholder in angle brackets", data: texts{"corp.Corefile": "example.org {\n    forward . <ip>\n}\n"}, want: []string{
			`corp.Corefile:2:15 error invalid-value [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: forward: "<ip>" is an unreplaced placeholder. Write an IP address`,
		}},
		{name: "forward to a placeholder of several words", data: texts{"corp.Corefile": "example.org {\n    forward . <your dns server>\n}\n"}, want: []string{
			`corp.Corefile:2:15 error invalid-value [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: forward: "<your" is an unreplaced placeholder. Write an IP address`,
			`corp.Corefile:2:21 warning pod-network [CoreDNS 1.15.0]: forward: the server starts only if it can resolve "dns"; Corewarden cannot check this. Write an IP address to avoid the lookup`,
			`corp.Corefile:2:21 error invalid-value [node-local-dns (node-cache 1.26.7)]: forward: "dns" is neither an IP address nor a file. Write an IP address: node-cache 1.26.7 does not resolve host names here`,
			`corp.Corefile:2:25 error invalid-value [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: forward: "server>" is an unreplaced placeholder. Write an IP address`,
		}},
		{name: "forward to a placeholder of Helm", data: texts{"corp.Corefile": "example.org {\n    forward . {{.Values.dns}}\n}\n"}, want: []string{
			`corp.Corefile:2:15 error invalid-value [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: forward: "{{.Values.dns}}" is an unreplaced placeholder. Write an IP address`,
		}},
		{name: "a placeholder of Helm for a zone", data: texts{"corp.Corefile": "{{.Values.zone}}:53 {\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:1:1 warning suspicious-zone [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: CoreDNS reads "{{.Values.zone}}" as a zone name, which no query matches. It looks like an unreplaced placeholder: write the zone`,
		}},
		{name: "placeholders of a shell", data: texts{"corp.Corefile": "${ZONE} {\n    forward . ${DNS_IP}\n}\n"}, want: []string{
			`corp.Corefile:1:1 warning suspicious-zone [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: CoreDNS reads "${ZONE}" as a zone name, which no query matches. It looks like an unreplaced placeholder: write the zone`,
			`corp.Corefile:2:15 error invalid-value [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: forward: "${DNS_IP}" is an unreplaced placeholder. Write an IP address`,
		}},

		// Further ones.
		{name: "a TTL of the cache with a unit", data: texts{"corp.Corefile": "example.org {\n    cache 30s\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:2:11 warning silent-zone [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: cache: CoreDNS reads "30s" as a zone name, not a TTL. Write the seconds as a number: cache 30`,
		}},
		{name: "log to the standard output", data: texts{"corp.Corefile": "example.org {\n    log stdout\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:2:9 warning silent-zone [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: log: CoreDNS reads stdout as a zone name and logs only queries for that zone. Remove it: the log always goes to standard output`,
		}},
		{name: "properties of cache by other names", data: texts{"corp.Corefile": "example.org {\n    cache 30 {\n        positive 9984 30\n        negative 9984 5\n    }\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:3:9 error unknown-property [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: cache: unknown property "positive"; did you mean "success"? -> success`,
			`corp.Corefile:4:9 error unknown-property [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: cache: unknown property "negative"; did you mean "denial"? -> denial`,
		}},
		{name: "tls_servername without a name", data: texts{"corp.Corefile": "example.org {\n    forward . tls://9.9.9.9 {\n        tls_servername\n    }\n}\n"}, want: []string{
			`corp.Corefile:3:9 error wrong-arguments [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: forward: wrong number of arguments. Write: tls_servername SERVERNAME`,
		}},
		{name: "a misspelt property of trace, which used to be ignored", data: texts{"corp.Corefile": "example.org {\n    trace zipkin 10.20.0.9:9411 {\n        evry 100\n    }\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:3:9 error unknown-property [CoreDNS 1.15.0]: trace: unknown property "evry"; did you mean "every"? -> every`,
			`corp.Corefile:3:9 warning ignored-text [node-local-dns (node-cache 1.26.7)]: trace: node-cache 1.26.7 ignores the unknown property "evry", but CoreDNS 1.14.4 and later do not start with it. Remove it`,
		}},
		{name: "a misspelt property of dnstap, which used to be ignored", data: texts{"corp.Corefile": "example.org {\n    dnstap tcp://10.20.0.9:6000 full {\n        identty ns1\n    }\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:3:9 error unknown-property [CoreDNS 1.15.0]: dnstap: unknown property "identty"; did you mean "identity"? -> identity`,
			`corp.Corefile:3:9 warning ignored-text [node-local-dns (node-cache 1.26.7)]: dnstap: node-cache 1.26.7 ignores the unknown property "identty", but CoreDNS 1.14.4 and later do not start with it. Remove it`,
		}},
		{name: "a wildcard for a zone", data: texts{"corp.Corefile": "*.example.org {\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:1:1 warning suspicious-zone [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: CoreDNS reads "*.example.org" as a zone name, which no query matches. A zone already contains every name below it: remove the "*."`,
		}},
		{name: "a comma that joins the server's own Corefile", data: texts{"corp.Corefile": "example.org,\n"}, want: []string{
			`corp.Corefile:1:1 warning trailing-comma [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: because of the comma, CoreDNS reads what follows in another file as another zone of this block. Remove the comma or add a block`,
		}},
		{name: "a comma before the brace", data: texts{"corp.Corefile": "example.org, example.com, {\n    forward . 10.20.0.53\n}\n"}, want: []string{
			`corp.Corefile:1:14 error trailing-comma [CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)]: the comma announces another zone, but "{" follows. Remove the comma`,
		}},
	}
}

// TestCommonMistakes shows what users read about their mistakes, word by word: the place,
// the cause and the remedy.
func TestCommonMistakes(t *testing.T) {
	t.Parallel()
	for _, test := range commonMistakes() {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, p := range checkAlone(extraconfig.ConfigMap{Data: test.data}, test.servers(t)) {
				got = append(got, asRead(p))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("problems:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

// servers returns the servers that the ConfigMap is for.
func (m mistake) servers(t *testing.T) []extraconfig.Server {
	t.Helper()
	all := servers(t)
	if m.coreDNS != "" {
		r, err := release.CoreDNS(m.coreDNS)
		if err != nil {
			t.Fatal(err)
		}
		all[0].Release = r
	}
	return all
}

// asRead returns all of a problem that users see, in one line.
func asRead(p corefile.Problem) string {
	line := fmt.Sprintf("%s:%d:%d %s %s [%s]: %s", p.File, p.Line, p.Column, p.Severity, p.Rule, p.Server, p.Message)
	if p.Suggestion != "" {
		line += " -> " + p.Suggestion
	}
	return line
}
