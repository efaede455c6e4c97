package extraconfig_test

import (
	"slices"
	"strings"
	"testing"

	"corewarden/corefile"
	"corewarden/extraconfig"
	"corewarden/extraconfig/workload"
)

// TestDangers is the specification of what starts and hurts, in a cluster like MetaKube's:
// CoreDNS behind 10.240.16.10, and node-local-dns on that and on 169.254.20.10.
func TestDangers(t *testing.T) {
	t.Parallel()
	const onNode = extraconfig.NodeLocalDNSName // for node-local-dns alone
	for _, test := range []struct {
		name   string
		judged string // for CoreDNS alone if not given
		base   string // CoreDNS's own Corefile if not that of the manifests
		text   string
		want   []string
	}{
		{name: "nothing", text: "example.org {\n errors\n forward . 10.0.0.53\n}\n"},

		// Zones of the cluster.
		{name: "the cluster's domain", text: "cluster.local {\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:1:1 warning shadowed-zone of CoreDNS 1.15.0: "cluster.local" hides the cluster's domain "cluster.local.": pods no longer get the answers of the cluster's DNS. Use a zone outside of it`,
		}},
		{name: "a part of the cluster's domain", text: "example.org Prod.svc.cluster.local:53 {\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:1:13 warning shadowed-zone of CoreDNS 1.15.0: "Prod.svc.cluster.local:53" hides names of the cluster's domain "cluster.local.": pods no longer get the answers of the cluster's DNS. Use a zone outside of it`,
		}},
		{name: "a zone that holds the cluster's domain", text: "local {\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:1:1 warning shadowed-zone of CoreDNS 1.15.0: "local" hides the cluster's domain "cluster.local.": pods no longer get the answers of the cluster's DNS. Use a zone outside of it`,
		}},
		{name: "a zone that holds the cluster's domain, which the base serves by itself", base: last + "cluster.local {\n whoami\n}\n", text: "local {\n forward . 10.0.0.53\n}\n"},
		{name: "the cluster's domain of another name", base: first + "k8s.example {\n kubernetes k8s.example {\n  endpoint http://10.0.0.1\n }\n}\n", text: "svc.k8s.example {\n forward . 10.0.0.53\n}\ncluster.local {\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:1:1 warning shadowed-zone of CoreDNS 1.15.0: "svc.k8s.example" hides names of the cluster's domain "k8s.example.": pods no longer get the answers of the cluster's DNS. Use a zone outside of it`,
		}},
		{name: "the cluster's domain on another port", text: "cluster.local:5353 {\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:1:1 warning unreachable of CoreDNS 1.15.0: this block listens on port 5353, but pods query CoreDNS 1.15.0 on port 53, as its own Corefile listens there. Write this zone with port 53`,
		}},
		{name: "a port that the cluster's DNS has", base: strings.ReplaceAll(first, ":53", ":8053"), text: "a.org:8053 {\n forward . 10.0.0.53\n}\n"},
		{name: "the usual port where the cluster's DNS has another", base: strings.ReplaceAll(first, ":53", ":8053"), text: "a.org {\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:1:1 warning unreachable of CoreDNS 1.15.0: this block listens on port 53, but pods query CoreDNS 1.15.0 on port 8053, as its own Corefile listens there. Write this zone with port 8053`,
		}},
		{name: "the cluster's domain on the port that the cluster's DNS has", base: strings.ReplaceAll(first, ":53", ":8053"), text: "cluster.local:8053 {\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:1:1 warning shadowed-zone of CoreDNS 1.15.0`,
		}},
		{name: "another port beside the usual one", text: "a.org:5353 a.org {\n forward . 10.0.0.53\n}\n"},
		{name: "another transport", text: "grpc://a.org:5353 {\n forward . 10.0.0.53\n}\n"},
		{name: "the cluster's domain, answered from the cluster", text: "cluster.local {\n kubernetes cluster.local {\n  endpoint http://10.0.0.1\n }\n}\n"},
		{name: "a network that holds the Services", text: "10.0.0.0/8 {\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:1:1 warning shadowed-zone of CoreDNS 1.15.0: "10.0.0.0/8" hides the reverse names of the cluster's Services, such as 10.240.16.10: pods no longer get the answers of the cluster's DNS. Use a zone outside of it`,
		}},
		{name: "their reverse zone", text: "240.10.in-addr.arpa {\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:1:1 warning shadowed-zone of CoreDNS 1.15.0: "240.10.in-addr.arpa" hides the reverse names of the cluster's Services, such as 10.240.16.10: pods no longer get the answers of the cluster's DNS. Use a zone outside of it`,
		}},
		{name: "a network of others", text: "192.168.0.0/16 {\n forward . 10.0.0.53\n}\n"},
		{name: "all reverse names", text: "ip6.arpa {\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:1:1 warning shadowed-zone of CoreDNS 1.15.0: "ip6.arpa" hides the reverse names of the cluster's pods and Services: pods no longer get the answers of the cluster's DNS. Use a zone outside of it`,
		}},
		{name: "a part of the cluster's domain that node-local-dns asks CoreDNS for", judged: onNode, text: "svc.cluster.local {\n bind 169.254.20.10\n forward . 10.240.16.11\n}\n"},

		// Loops.
		{name: "a forward to the cluster's DNS", text: "example.org {\n forward . 10.0.0.53 10.240.16.10\n}\n", want: []string{
			`Corefile:2:22 warning forwarding-loop of CoreDNS 1.15.0: forward: "10.240.16.10" is the cluster's own DNS, so queries for "example.org" come back here in a loop. Forward to the server that knows the zone`,
		}},
		{name: "a forward to the upstream of node-local-dns, which is CoreDNS", text: "example.org {\n forward . dns://10.240.16.11:53\n}\n", want: []string{
			`Corefile:2:12 warning forwarding-loop of CoreDNS 1.15.0: forward: "dns://10.240.16.11:53" is the cluster's own DNS, so queries for "example.org" come back here in a loop. Forward to the server that knows the zone`,
		}},
		{name: "a forward to itself", text: "example.org {\n forward . [::1]:53\n}\n", want: []string{
			`Corefile:2:12 warning forwarding-loop of CoreDNS 1.15.0: forward: "[::1]:53" is this server itself, so queries for "example.org" come back here in a loop. Forward to the server that knows the zone`,
		}},
		{name: "a forward to itself, where it does not listen", text: "example.org {\n bind 127.0.0.1\n forward . ::1\n}\n"},
		{name: "a forward to itself, with loop", text: "example.org {\n loop\n forward . 127.0.0.1\n}\n", want: []string{
			`Corefile:3:12 warning forwarding-loop of CoreDNS 1.15.0: forward: "127.0.0.1" is this server itself, so queries for "example.org" come back here in a loop, and the loop plugin stops the server. Forward to the server that knows the zone`,
		}},
		{name: "a forward to itself, where only another block listens", text: "example.org {\n bind 127.0.0.2\n forward . 127.0.0.1\n}\n"},
		{name: "a forward of other zones to itself", text: "example.org {\n forward example.net 127.0.0.1\n}\n", want: []string{
			`Corefile:2:2 warning unreachable of CoreDNS 1.15.0: forward: it takes no name of this server block, so no query reaches it. Move it to a block for its zone`,
		}},
		{name: "a forward of a part of the zone to itself", text: "example.org {\n forward a.example.org 127.0.0.1\n}\n", want: []string{
			`Corefile:2:24 warning forwarding-loop of CoreDNS 1.15.0: forward: "127.0.0.1" is this server itself, so queries for "example.org" come back here in a loop. Forward to the server that knows the zone`,
		}},
		{name: "a forward to itself, but not of the zone", text: "example.org {\n forward . 127.0.0.1 {\n  except org\n }\n}\n", want: []string{
			`Corefile:2:2 warning unreachable of CoreDNS 1.15.0: forward: it takes no name of this server block, so no query reaches it. Move it to a block for its zone`,
		}},
		{name: "a forward to itself, but for some names of the zone", text: "example.org {\n forward . 127.0.0.1 {\n  except a.example.org\n }\n}\n", want: []string{
			`Corefile:2:12 warning forwarding-loop of CoreDNS 1.15.0: forward: "127.0.0.1" is this server itself, so queries for "example.org" come back here in a loop. Forward to the server that knows the zone`,
		}},
		{name: "a forward over TLS, on another port", text: "example.org {\n forward . tls://127.0.0.1\n}\n"},
		{name: "a forward on the node, where another server may listen", judged: onNode, text: "example.org {\n bind 169.254.20.10\n forward . 127.0.0.1\n}\n"},
		{name: "a forward to itself on the node", judged: onNode, text: "example.org {\n bind lo\n forward . 127.0.0.1\n}\n", want: []string{
			`Corefile:1:1 warning unreachable of ` + nodeCache,
			`Corefile:3:12 warning forwarding-loop of ` + nodeCache + `: forward: "127.0.0.1" is this server itself, so queries for "example.org" come back here in a loop. Forward to the server that knows the zone`,
		}},
		{name: "a forward that no query reaches", judged: onNode, text: "example.org {\n forward . 169.254.20.10\n}\n", want: []string{
			`Corefile:1:1 warning missing-bind of ` + nodeCache,
		}},
		{name: "the same from node-local-dns", judged: onNode, text: "example.org {\n bind lo\n forward . 10.240.16.11\n}\n", want: []string{`Corefile:1:1 warning unreachable of ` + nodeCache}},
		{name: "a forward of node-local-dns to another of its blocks", judged: onNode, text: "example.org {\n bind lo\n forward . 169.254.20.10\n}\n", want: []string{`Corefile:1:1 warning unreachable of ` + nodeCache}},
		{name: "a forward of node-local-dns to itself", judged: onNode, text: "example.org {\n bind 169.254.20.10\n forward . 169.254.20.10\n}\n", want: []string{
			`Corefile:3:12 warning forwarding-loop of ` + nodeCache + `: forward: "169.254.20.10" is the cluster's own DNS, so queries for "example.org" come back here in a loop. Forward to the server that knows the zone`,
		}},
		{name: "a forward to the cluster's DNS on another port", text: "example.org {\n forward . 10.240.16.10:5353\n}\n"},
		{name: "a forward to the cluster's DNS from another port", text: "example.org:5353 {\n forward . 10.240.16.10\n}\n", want: []string{`Corefile:1:1 warning unreachable of CoreDNS 1.15.0`}},
		{name: "a forward of other names to the cluster's DNS", text: "example.org {\n rewrite name suffix .example.org .svc.cluster.local\n forward . 10.240.16.10\n}\n"},
		{name: "circles through others", text: "a.org {\n forward . 127.0.0.1:5300\n}\n.:5300 {\n forward . 127.0.0.1\n}\n", want: []string{
			`Corefile:2:12 warning forwarding-loop of CoreDNS 1.15.0: forward: "127.0.0.1:5300" is this server itself, so queries for "a.org" come back here in a loop through ".:5300" of coredns. Forward to the server that knows the zone`,
		}},
		{name: "circles through node-local-dns", text: "a.org {\n forward . 169.254.20.10\n}\n", want: []string{
			`Corefile:2:12 warning forwarding-loop of CoreDNS 1.15.0: forward: "169.254.20.10" is the cluster's own DNS, so queries for "a.org" come back here in a loop through line 39 of "ConfigMap node-local-dns, key Corefile" on node-local-dns. Forward to the server that knows the zone`,
		}},
		{name: "through others to somewhere else", text: "a.org {\n forward . 127.0.0.1:5300\n}\n.:5300 {\n forward . 10.0.0.53\n}\n"},

		// Addresses to listen on.
		{name: "bind to everything on node-local-dns", judged: onNode, text: "example.org {\n bind 0.0.0.0\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:1:1 warning missing-bind of ` + nodeCache + `: this block listens on every address of the node, so node-local-dns does not start beside another resolver on port 53, and pods that query 169.254.20.10 never reach it. Add "bind 169.254.20.10"`,
		}},
		{name: "bind to another address on node-local-dns", judged: onNode, text: "example.org {\n bind lo\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:1:1 warning unreachable of ` + nodeCache + `: pods that query 169.254.20.10 never reach this block on node-local-dns: the server's own Corefile answers them (line 39). To serve it there, write it with "bind 169.254.20.10"`,
		}},
		{name: "a plain zone for both servers", judged: extraconfig.Name, text: "example.org {\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:1:1 warning missing-bind of ` + nodeCache + `: this block listens on every address of the node, so node-local-dns does not start beside another resolver on port 53, and pods that query 169.254.20.10 never reach it. Move it to coredns-extra-configs, and a copy with "bind 169.254.20.10" to node-local-dns-extra-configs`,
		}},
		{name: "no bind on node-local-dns", judged: onNode, text: "example.org {\n forward . 10.0.0.53\n}\nexample.net {\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:1:1 warning missing-bind of ` + nodeCache + `: this block and 1 more of this file listen on every address of the node, so node-local-dns does not start beside another resolver on port 53, and pods that query 169.254.20.10 never reach them. Add "bind 169.254.20.10"`,
		}},
		{name: "no bind on node-local-dns, on another port", judged: onNode, text: "example.org:5353 {\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:1:1 warning missing-bind of ` + nodeCache + `: this block listens on every address of the node, so whoever reaches the node can query it. Add "bind 169.254.20.10"`,
		}},
		{name: "no bind where only some blocks of the base have one", base: first + "a.org {\n bind 127.0.0.1\n}\n", text: "example.org {\n forward . 10.0.0.53\n}\n"},
		{name: "no bind on CoreDNS, whose base has none", text: "example.org {\n forward . 10.0.0.53\n}\n"},
		{name: "a bind that node-local-dns has", judged: onNode, text: "example.org {\n bind 169.254.20.10\n forward . 10.0.0.53\n}\n"},
		{name: "an address that no pod asks", text: "example.org {\n bind 127.0.0.1\n forward . 10.0.0.53\n}\nexample.net {\n bind lo\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:1:1 warning unreachable of CoreDNS 1.15.0: this block listens only on 127.0.0.1 in the pods of CoreDNS 1.15.0, where no other pod can query it. Remove the bind`,
			`Corefile:5:1 warning unreachable of CoreDNS 1.15.0: this block listens only on 127.0.0.1 in the pods of CoreDNS 1.15.0, where no other pod can query it. Remove the bind`,
		}},
		{name: "an address that the server itself asks", text: "example.org {\n forward . 127.0.0.1:5353\n}\n.:5353 {\n bind 127.0.0.1\n forward . 10.0.0.53\n}\n"},
		{name: "an address that no pod asks, and another", text: "example.org {\n bind 127.0.0.1 0.0.0.0\n forward . 10.0.0.53\n}\n"},
		{name: "a bind that only node-local-dns can have", text: "example.org {\n bind 169.254.20.10\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:2:7 error bind-elsewhere of CoreDNS 1.15.0: bind: 169.254.20.10 is an address of node-local-dns. The pods of CoreDNS 1.15.0 do not have it and do not start. Move the block to node-local-dns-extra-configs`,
		}},

		// Uses of plugins.
		{name: "a forward behind that of the base", base: inside, text: "forward . 10.0.0.53\nforward a.org 10.0.0.54\n", want: []string{
			`Corefile:2:1 warning unreachable of CoreDNS 1.15.0: forward: no query reaches it, because forward on line 1 keeps all of them. CoreDNS asks the first forward whose zone matches: put it first, or give its zone a server block`,
		}},
		{name: "a forward behind an acl that lets no client through", text: "a.org {\n acl {\n  block\n }\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:5:2 warning unreachable of CoreDNS 1.15.0: forward: no query reaches it, because acl on line 2 keeps all of them. Remove one of the two`,
		}},
		{name: "a forward behind an acl that lets some clients through", text: "a.org {\n acl {\n  allow net 10.0.0.0/8\n  block\n }\n forward . 10.0.0.53\n}\nb.org {\n acl {\n  block type ANY\n }\n forward . 10.0.0.53\n}\nc.org {\n acl a.c.org {\n  block\n }\n forward . 10.0.0.53\n}\n"},
		{name: "a template that keeps everything from the base", base: ".:53 {\n import extra-configs/*Corefile\n forward . 10.0.0.53\n}\n", text: "template ANY ANY {\n rcode NXDOMAIN\n}\n", want: []string{
			`Corefile:1:1 warning unreachable of CoreDNS 1.15.0: template keeps every query that forward on line 3 of "ConfigMap coredns, key Corefile" would answer. Add fallthrough to template, or remove one of the two`,
		}},
		{name: "a template of a type in the base", base: ".:53 {\n import extra-configs/*Corefile\n forward . 10.0.0.53\n}\n", text: "template ANY HTTPS {\n rcode NOERROR\n}\n"},
		{name: "a snippet that only one of two blocks has no use for", text: "(ours) {\n template IN A a.org {\n  rcode NXDOMAIN\n  fallthrough\n }\n forward . 10.0.0.53\n}\na.org {\n import ours\n}\nb.org {\n import ours\n}\n"},
		{name: "an entry of another zone", text: "example.org {\n hosts {\n  192.0.2.1 www.example.org www.example.net\n }\n}\n", want: []string{
			`Corefile:3:3 warning unreachable of CoreDNS 1.15.0: hosts: "www.example.net" is in no zone of this server block, so CoreDNS drops the entry. Move it to a block for its zone`,
		}},
		{name: "an entry that a longer zone takes", text: "example.org {\n hosts {\n  192.0.2.1 www.dev.example.org www.example.org\n  fallthrough\n }\n forward . 10.0.0.53\n}\ndev.example.org {\n forward . 10.0.0.54\n}\n", want: []string{
			`Corefile:3:3 warning unreachable of CoreDNS 1.15.0: hosts: queries for "www.dev.example.org" go to the server block on line 8, which has the longer zone. Move the entry there`,
		}},
		{name: "an entry that a longer zone takes, but not its address", text: "example.org 2.0.192.in-addr.arpa {\n hosts {\n  192.0.2.1 www.dev.example.org\n  fallthrough\n }\n forward . 10.0.0.53\n}\ndev.example.org {\n forward . 10.0.0.54\n}\n"},
		{name: "an entry behind a template", text: "a.org {\n template IN A {\n  rcode NXDOMAIN\n }\n hosts {\n  192.0.2.1 www.a.org\n  2001:db8::1 www.a.org\n  fallthrough\n }\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:6:3 warning unreachable of CoreDNS 1.15.0: hosts: no query for "www.a.org" reaches this entry, because template on line 2 comes first. Remove one of the two`,
		}},
		{name: "an entry behind a template that hands on", text: "a.org {\n template IN A {\n  match ^x\n  rcode NXDOMAIN\n  fallthrough\n }\n hosts {\n  192.0.2.1 www.a.org\n  fallthrough\n }\n forward . 10.0.0.53\n}\n"},
		{name: "an entry behind a template, but not its address", text: "a.org 2.0.192.in-addr.arpa {\n template IN A {\n  rcode NXDOMAIN\n }\n hosts {\n  192.0.2.1 www.a.org\n  fallthrough\n }\n forward . 10.0.0.53\n}\n"},
		{name: "an entry of a name that a rewrite replaces", text: "a.org {\n rewrite name www.a.org web.a.org\n hosts {\n  192.0.2.1 www.a.org\n  192.0.2.2 web.a.org\n  fallthrough\n }\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:4:3 warning unreachable of CoreDNS 1.15.0: hosts: no query for "www.a.org" reaches this entry, because rewrite on line 2 comes first. Remove one of the two`,
		}},
		{name: "an entry of a name that a rewrite replaces, and that another makes", text: "a.org {\n rewrite name www.a.org web.a.org\n rewrite name app.a.org www.a.org\n hosts {\n  192.0.2.1 www.a.org\n  fallthrough\n }\n forward . 10.0.0.53\n}\n"},
		{name: "no entries", text: "a.org {\n hosts {\n  fallthrough\n }\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:2:2 warning ignored-text of CoreDNS 1.15.0: hosts: there are no entries, so it knows only the names in /etc/hosts of its own pod. Add entries such as "10.0.0.1 www.example.org", or remove it`,
		}},
		{name: "the entries of the node", judged: onNode, text: "a.org {\n bind 169.254.20.10\n hosts {\n  fallthrough\n }\n forward . 10.0.0.53\n}\n"},
		{name: "zones of plugins that are none of the block", text: "a.org {\n log b.org\n cache 30 c.org org www.a.org\n acl d.org {\n  block\n }\n template IN A a.org e.org {\n  rcode NOERROR\n  fallthrough\n }\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:2:6 warning unreachable of CoreDNS 1.15.0: log: no name of this server block is in "b.org", so that zone does nothing here. Remove it, or move it to a block for its zone`,
			`Corefile:3:11 warning unreachable of CoreDNS 1.15.0: cache: no name of this server block is in "c.org"`,
			`Corefile:4:6 warning unreachable of CoreDNS 1.15.0: acl: no name of this server block is in "d.org"`,
			`Corefile:7:22 warning unreachable of CoreDNS 1.15.0: template: no name of this server block is in "e.org"`,
		}},
		{name: "zones of plugins for names that a rewrite makes", text: "a.org {\n rewrite name suffix .a.org .b.org\n cache 30 b.org\n forward . 10.0.0.53\n}\n"},
		{name: "zones of a snippet, each for one of its blocks", text: "(ours) {\n cache 30 a.org b.org\n forward . 10.0.0.53\n}\na.org {\n import ours\n}\nb.org {\n import ours\n}\n"},
		{name: "a view behind a block that takes everything", text: "a.org {\n forward . 10.0.0.53\n}\na.org {\n view v {\n  expr type() == 'A'\n }\n forward . 10.0.0.54\n}\n", want: []string{
			`Corefile:5:2 warning unreachable of CoreDNS 1.15.0: view: the server block on line 1 has the same zone, no view and comes first, so it takes the queries. Move it below this block`,
		}},
		{name: "a view before a block that takes everything else", text: "a.org {\n view v {\n  expr type() == 'A'\n }\n forward . 10.0.0.54\n}\na.org {\n forward . 10.0.0.53\n}\n"},
		{name: "a view behind one that takes as much", text: "a.org {\n view v {\n  expr type() == 'A'\n }\n forward . 10.0.0.53\n}\na.org {\n view w {\n  expr type() == 'A'\n  expr name() == 'a.org.'\n }\n forward . 10.0.0.54\n}\n", want: []string{
			`Corefile:8:2 warning unreachable of CoreDNS 1.15.0: view: the server block on line 1 has the same zone, a view that takes as much and comes first, so it takes the queries. Move it below this block`,
		}},
		{name: "a view behind one that takes everything", text: "a.org {\n view v {\n  expr true\n }\n forward . 10.0.0.53\n}\na.org {\n view w {\n  expr type() == 'A'\n }\n forward . 10.0.0.54\n}\n", want: []string{
			`Corefile:8:2 warning unreachable of CoreDNS 1.15.0`,
		}},
		{name: "a view behind one that takes less", text: "a.org {\n view v {\n  expr type() == 'A'\n  expr name() == 'a.org.'\n }\n forward . 10.0.0.53\n}\na.org {\n view w {\n  expr type() == 'A'\n }\n forward . 10.0.0.54\n}\n"},
		{name: "a view that one of its zones has for itself", text: "a.org {\n forward . 10.0.0.53\n}\na.org b.org {\n view v {\n  expr type() == 'A'\n }\n forward . 10.0.0.54\n}\n"},
		{name: "dns64 for clients over IPv4", text: "a.org {\n dns64\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:2:2 warning ignored-text of CoreDNS 1.15.0: dns64 does nothing for queries over IPv4, which is how pods query 10.240.16.10. Add allow_ipv4 in a block of dns64`,
		}},
		{name: "dns64 for clients over IPv6", text: "a.org {\n bind ::1 127.0.0.1\n dns64\n forward . 127.0.0.1:5353\n}\nb.org {\n forward . 127.0.0.1\n}\n"},
		{name: "an entry and a longer zone on another port", text: "example.org {\n hosts {\n  192.0.2.1 www.dev.example.org\n  fallthrough\n }\n forward . 10.0.0.53\n}\ndev.example.org:5353 {\n forward . 10.0.0.54\n}\n", want: []string{`Corefile:8:1 warning unreachable of CoreDNS 1.15.0: this block listens on port 5353`}},
		{name: "entries and expressions of a snippet, each for one of its blocks", text: "(ours) {\n hosts {\n  192.0.2.1 www.a.org\n  192.0.2.2 www.b.a.org\n  192.0.2.3 www.c.org\n  fallthrough\n }\n template IN A {\n  match ^x[.]c[.]org[.]$\n  rcode NXDOMAIN\n  fallthrough\n }\n forward . 10.0.0.53\n}\na.org {\n import ours\n}\nb.a.org {\n import ours\n}\nc.org {\n import ours\n}\n"},
		{name: "an expression without the final dot", text: "a.org {\n template IN A {\n  match ^www[.]a[.]org$\n  rcode NXDOMAIN\n  fallthrough\n }\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:3:9 warning unreachable of CoreDNS 1.15.0: template: "^www[.]a[.]org$" matches no name, because names end with a dot here. Write [.] before the $`,
		}},
		{name: "an expression with capital letters", text: "a.org {\n rewrite name regex ^WWW[.](.*) {1}\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:2:2 warning unreachable of CoreDNS 1.15.0: rewrite: "^WWW[.](.*)" matches no name, because CoreDNS compares names in small letters. Write it in small letters`,
		}},
		{name: "an expression for another zone", text: "a.org {\n template IN A {\n  match ^www[.]b[.]org[.]$ ^web[.]\n  rcode NXDOMAIN\n  fallthrough\n }\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:3:9 warning unreachable of CoreDNS 1.15.0: template: "^www[.]b[.]org[.]$" matches no name of this server block, only names that end in "www.b.org.". Move it to a block for their zone`,
		}},
		{name: "a view of names without their final dots", text: "a.org {\n view v {\n  expr type() == 'A' && name() endsWith '.a.org'\n }\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:3:8 warning unreachable of CoreDNS 1.15.0: view: no query meets "type() == 'A' && name() endsWith '.a.org'", because names are in small letters and end with a dot here. Write the name like that`,
		}},
		{name: "a view of names", text: "a.org {\n view v {\n  expr name() == 'www.a.org' || name() in ['x.a.org', 'www.a.org.']\n }\n forward . 10.0.0.53\n}\n"},
		{name: "a reply with another question, of dns64", text: "a.org {\n dns64 {\n  allow_ipv4\n }\n rewrite name app.a.org www.a.org\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:5:2 warning discarded of CoreDNS 1.15.0: rewrite: dns64 answers AAAA queries for names such as "app.a.org" with the rewritten name as the question, so clients discard the reply. Remove dns64 from this block, or the rewrite`,
		}},
		{name: "dns64 and a rewrite of its question alone", text: "a.org {\n dns64 {\n  allow_ipv4\n }\n rewrite type ANY HINFO\n forward . 10.0.0.53\n}\n"},
		{name: "expressions that match some names", text: "a.org b.org {\n template IN A {\n  match (?i)^WWW[.]A[.]ORG[.]$ ^(x|y)[.](b|c)[.]org[.]$ x[.]b[.]org$|z ^a[.]org[.]$ [.]$ org\\.$\n  rcode NXDOMAIN\n  fallthrough\n }\n forward . 10.0.0.53\n}\n"},
		{name: "an expression of names that a rewrite makes", text: "a.org {\n rewrite name suffix .a.org .b.org\n template IN A {\n  match ^www[.]b[.]org[.]$\n  rcode NXDOMAIN\n  fallthrough\n }\n forward . 10.0.0.53\n}\n"},
		{name: "nothing answers", text: "example.org {\n errors\n loop\n rewrite name example.org web.svc.cluster.local\n}\n", want: []string{
			`Corefile:1:1 warning unanswered of CoreDNS 1.15.0: no plugin in this server block answers, so every query ends in SERVFAIL. Add one that does, such as forward or hosts`,
		}},
		{name: "one kind of addresses", text: "example.org {\n template IN A {\n  answer \"{{ .Name }} 60 IN A 10.0.0.1\"\n }\n}\n", want: []string{
			`Corefile:1:1 warning unanswered of CoreDNS 1.15.0: only A queries get an answer in this server block. Those for AAAA end in SERVFAIL, which fails clients that ask for both. Add a template for AAAA with "rcode NOERROR"`,
		}},
		{name: "records of another type alone", text: "_acme-challenge.example.org {\n template IN TXT {\n  answer \"{{ .Name }} 60 IN TXT x\"\n }\n}\n"},

		{name: "a rewrite to a name that nothing answers", text: "a.org {\n rewrite name www.a.org www.b.org\n forward a.org 10.0.0.53\n}\n", want: []string{
			`Corefile:2:2 warning unanswered of CoreDNS 1.15.0: rewrite: "www.a.org" becomes "www.b.org", which nothing in this server block answers, so the query ends in SERVFAIL. Add a plugin that does, such as forward`,
		}},
		{name: "a rewrite to a name that nothing answers, and other rules", text: "a.org {\n rewrite continue name www.a.org www.b.org\n rewrite ttl suffix a.org 30\n forward a.org 10.0.0.53\n}\n", want: []string{
			`Corefile:2:2 warning unanswered of CoreDNS 1.15.0: rewrite: "www.a.org" becomes "www.b.org", which nothing in this server block answers, so the query ends in SERVFAIL. Add a plugin that does, such as forward`,
		}},
		{name: "a rewrite to a name that nothing answers, which another rule replaces", text: "a.org {\n rewrite continue name www.a.org www.b.org\n rewrite name www.b.org web.a.org\n forward a.org 10.0.0.53\n}\n"},
		{name: "a rewrite to a name that hosts does not have", text: "a.org {\n rewrite name suffix .a.org .b.a.org\n hosts {\n  192.0.2.1 www.a.org\n }\n}\n", want: []string{
			`Corefile:2:2 warning unanswered of CoreDNS 1.15.0: rewrite: "x.a.org" becomes "x.b.a.org", which nothing in this server block answers`,
		}},
		{name: "a rewrite to a name that has records of another type", text: "a.org {\n rewrite name _x.a.org _y.b.org\n template IN SRV b.org {\n  answer \"{{ .Name }} SRV 0 0 80 www.a.org.\"\n }\n forward a.org 10.0.0.53\n}\n"},
		{name: "a rewrite to a name that hosts has", text: "a.org {\n rewrite name app.a.org www.b.org\n hosts /etc/hosts . {\n  192.0.2.1 www.b.org\n  fallthrough\n }\n forward a.org 10.0.0.53\n}\n", want: []string{
			`Corefile:3:8 warning pod-file`,
		}},
		{name: "a rewrite to a name with two dots", text: "a.org {\n rewrite name regex (.*)[.]a[.]org(.*) {1}.b.org{2}\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:2:2 warning unanswered of CoreDNS 1.15.0: rewrite: "x.a.org" becomes "x.b.org..", which is not a valid name, so the query ends in SERVFAIL. CoreDNS adds the final dot: leave it out of the replacement and its groups`,
		}},
		{name: "a name of the cluster that a regular expression makes goes outside", text: "a.org {\n rewrite name regex (.*)[.]a[.]org {1}.dev.svc.cluster.local\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:2:2 warning wrong-answer of CoreDNS 1.15.0: rewrite: "x.dev.svc.cluster.local" goes to 10.0.0.53, which is not the cluster's DNS. Forward it to 10.240.16.11`,
		}},

		{name: "rules behind one that ends the rewriting", text: "a.org {\n rewrite ttl suffix a.org 30\n rewrite name www.a.org web.a.org\n rewrite continue rcode suffix .a.org REFUSED NXDOMAIN\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:3:2 warning unreachable of CoreDNS 1.15.0: rewrite: no query reaches this rule, because the rule on line 2 takes all of them and ends the rewriting. Write "continue" there`,
			`Corefile:4:2 warning unreachable of CoreDNS 1.15.0: rewrite: no query reaches this rule, because the rule on line 2 takes all of them and ends the rewriting. Write "continue" there`,
		}},
		{name: "a rule behind one for longer endings and one for its name", text: "a.org {\n rewrite name suffix .b.a.org .c.a.org\n rewrite name regex ^www[.].* web.a.org\n rewrite name www.a.org v.a.org\n rewrite name suffix .a.org .d.a.org\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:4:2 warning unreachable of CoreDNS 1.15.0: rewrite: no query reaches this rule, because the rule on line 3 takes all of them and ends the rewriting. Put it first, or remove one of the two`,
		}},
		{name: "a rule behind one for the targets of CNAMEs", text: "a.org {\n rewrite cname b.org. c.org.\n rewrite name www.a.org web.a.org\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:3:2 warning unreachable of CoreDNS 1.15.0`,
		}},
		{name: "a rule behind some that continue, or are for other names", text: "a.org {\n rewrite continue ttl suffix a.org 30\n rewrite stop type ANY HINFO\n rewrite ttl prefix x 30\n rewrite rcode y.a.org SERVFAIL NXDOMAIN\n rewrite name www.a.org web.a.org\n forward . 10.0.0.53\n}\n"},
		{name: "a rule for a name that another makes", text: "a.org {\n rewrite ttl suffix b.org 30\n rewrite continue name suffix .a.org .b.org answer auto\n rewrite ttl suffix b.org 60\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:2:2 warning unreachable of CoreDNS 1.15.0: rewrite: "b.org" is in no zone of this server block, so no query reaches this rule. Move it to a block for its zone`,
		}},
		{name: "rules for names of other zones", text: "a.org {\n rewrite name www.b.org www.a.org\n rewrite name suffix xa.org a.org\n rewrite name suffix .org .org\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:2:2 warning unreachable of CoreDNS 1.15.0: rewrite: "www.b.org" is in no zone of this server block, so no query reaches this rule. Move it to a block for its zone`,
			`Corefile:3:2 warning unreachable of CoreDNS 1.15.0: rewrite: "xa.org" is in no zone of this server block`,
		}},
		{name: "rules of a snippet, each for one of its blocks", text: "(ours) {\n rewrite name www.a.org web.a.org\n rewrite name www.b.org web.b.org\n forward . 10.0.0.53\n}\na.org {\n import ours\n}\nb.org {\n import ours\n}\n"},

		// Answers.
		{name: "a reply with another question", text: "a.org {\n rewrite continue name suffix .a.org .b.org\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:2:2 warning discarded of CoreDNS 1.15.0: rewrite: the reply for names such as "x.a.org" has the rewritten name as its question, so clients discard it. Write "stop" instead of "continue"`,
		}},
		{name: "a reply with another question, of a regular expression", text: "a.org {\n rewrite continue name regex ^(.*)[.]a[.]org[.]$ {1}.b.org\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:2:2 warning discarded of CoreDNS 1.15.0`,
		}},
		{name: "a reply with another question, of a part of the name", text: "a.org {\n rewrite continue name substring .dev. .\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:2:2 warning discarded of CoreDNS 1.15.0: rewrite: the reply for names such as "x.dev.a.org" has the rewritten name as its question`,
		}},
		{name: "a reply with another question, of the start of the name", text: "a.org {\n rewrite continue name prefix dev ok\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:2:2 warning discarded of CoreDNS 1.15.0: rewrite: the reply for names such as "dev.a.org" has the rewritten name as its question`,
		}},
		{name: "a rule for names of another block", text: "org {\n rewrite name suffix .a.org .b.org\n forward . 10.0.0.53\n}\na.org {\n forward . 10.0.0.54\n}\n", want: []string{
			`Corefile:2:2 warning unreachable of CoreDNS 1.15.0: rewrite: queries for "a.org" go to the server block on line 5, which has the longer zone. Move the rule there`,
		}},
		{name: "a rule for a name of another block", text: "org {\n rewrite name www.a.org www.b.org\n forward . 10.0.0.53\n}\na.org {\n forward . 10.0.0.54\n}\n", want: []string{
			`Corefile:2:2 warning unreachable of CoreDNS 1.15.0: rewrite: queries for "www.a.org" go to the server block on line 5`,
		}},
		{name: "a rule for names of which another block has some", text: "org {\n rewrite name suffix .a.org .b.org\n forward . 10.0.0.53\n}\nx.a.org {\n forward . 10.0.0.54\n}\n"},
		{name: "a rule for names that come from both", text: "org x.a.org {\n rewrite name suffix .a.org .b.org\n forward . 10.0.0.53\n}\na.org {\n forward . 10.0.0.54\n}\n"},
		{name: "a template for aliases alone", text: "a.org {\n template IN CNAME {\n  match ^app[.]\n  answer \"{{ .Name }} 60 IN CNAME web.b.org.\"\n  fallthrough\n }\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:2:2 warning wrong-answer of CoreDNS 1.15.0: template: only queries for CNAME get this record, and clients send those for A and AAAA. Write the template for A and AAAA as well`,
		}},
		{name: "a template for aliases beside one for addresses", text: "a.org {\n template IN A {\n  answer \"{{ .Name }} 60 IN CNAME web.b.org.\"\n }\n template IN AAAA {\n  rcode NOERROR\n }\n template IN CNAME {\n  answer \"{{ .Name }} 60 IN CNAME web.b.org.\"\n }\n}\n"},
		{name: "a template of addresses for every type", text: "a.org {\n template ANY ANY {\n  answer \"{{ .Name }} 60 IN A 192.0.2.1\"\n }\n}\n", want: []string{
			`Corefile:2:2 warning wrong-answer of CoreDNS 1.15.0: template: queries for AAAA and all other types get A records, which do not answer them. Write "template IN A", and one for AAAA with "rcode NOERROR"`,
		}},
		{name: "a template of AAAA for every type", text: "a.org {\n template IN ANY {\n  answer \"{{ .Name }} 60 IN AAAA 2001:db8::1\"\n }\n}\n", want: []string{
			`Corefile:2:2 warning wrong-answer of CoreDNS 1.15.0: template: queries for A and all other types get AAAA records`,
		}},
		{name: "a template of aliases for every type", text: "a.org {\n template ANY ANY {\n  answer \"{{ .Name }} 60 IN CNAME web.b.org.\"\n }\n}\n"},
		{name: "entries as in other files", text: "a.org {\n hosts {\n  192.0.2.1 www.a.org, web.a.org\n  192.0.2.2 http://x.a.org\n  fallthrough\n }\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:3:3 warning unreachable of CoreDNS 1.15.0: hosts: CoreDNS reads "www.a.org," as a name, which no query is for. Words are separated by spaces: remove the ","`,
			`Corefile:4:3 warning unreachable of CoreDNS 1.15.0: hosts: CoreDNS reads "http://x.a.org" as a name, which no query is for. A name has no scheme and no path: write it alone`,
		}},
		{name: "a rule behind that stops", text: "a.org {\n rewrite continue name suffix .a.org .b.a.org\n rewrite stop name suffix .a.org .c.org\n forward . 10.0.0.53\n}\n"},
		{name: "a rule that stops", text: "a.org {\n rewrite name suffix .a.org .b.org\n forward . 10.0.0.53\n}\n"},
		{name: "a name of the cluster that goes outside", text: "git.a.org {\n rewrite name git.a.org git.dev.svc.cluster.local\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:2:2 warning wrong-answer of CoreDNS 1.15.0: rewrite: "git.dev.svc.cluster.local" goes to 10.0.0.53, which is not the cluster's DNS. Forward it to 10.240.16.11`,
		}},
		{name: "a name of the cluster that its DNS gets", text: "git.a.org {\n rewrite name git.a.org git.dev.svc.cluster.local\n forward . 10.240.16.10\n}\n"},
		{name: "names that do not exist for AAAA", text: "a.org {\n template IN AAAA {\n  rcode NXDOMAIN\n }\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:2:2 warning wrong-answer of CoreDNS 1.15.0: template: NXDOMAIN for AAAA says that the name does not exist at all, so some clients ignore its A records. Write rcode NOERROR`,
		}},
		{name: "names that do not exist for AAAA, by an expression for all", text: "a.org {\n template IN AAAA {\n  match .*\n  rcode NXDOMAIN\n }\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:2:2 warning wrong-answer of CoreDNS 1.15.0: template: NXDOMAIN for AAAA`,
		}},
		{name: "names without AAAA", text: "a.org {\n template IN AAAA {\n  rcode NOERROR\n }\n forward . 10.0.0.53\n}\n"},
		{name: "names that do not exist", text: "a.org {\n template IN AAAA {\n  rcode NXDOMAIN\n }\n template IN A {\n  rcode NXDOMAIN\n }\n}\n"},
		{name: "a record without a name", text: "a.org {\n template IN A {\n  answer \" 60 IN A 10.0.0.1\"\n  fallthrough\n }\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:3:10 warning wrong-answer of CoreDNS 1.15.0: template: the record has no name, so clients cannot read the reply. Start it with "{{ .Name }}"`,
		}},
		{name: "a record of another name", text: "a.org {\n template IN A {\n  answer \"www.a.org. 60 IN A 10.0.0.1\"\n  fallthrough\n }\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:3:10 warning wrong-answer of CoreDNS 1.15.0: template: a query for "x.a.org" gets a record of "www.a.org", which clients ignore. Start the record with "{{ .Name }}"`,
		}},
		{name: "a record of another name, by an expression for all", text: "a.org {\n template IN A {\n  match ^(.*)$\n  answer \"www.a.org. 60 IN A 10.0.0.1\"\n  fallthrough\n }\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:4:10 warning wrong-answer of CoreDNS 1.15.0: template: a query for "x.a.org" gets a record of "www.a.org"`,
		}},
		{name: "a record of the name that is asked for", text: "a.org {\n template IN A {\n  match ^www[.]a[.]org[.]$\n  answer \"www.a.org. 60 IN A 10.0.0.1\"\n  fallthrough\n }\n forward . 10.0.0.53\n}\n"},
		{name: "an alias and its target", text: "a.org {\n template IN A {\n  answer \"{{ .Name }} 60 IN CNAME b.net.\" \"b.net. 60 IN A 10.0.0.1\"\n  fallthrough\n }\n forward . 10.0.0.53\n}\n"},
		{name: "autopath without pods", text: "k8s.example {\n kubernetes k8s.example {\n  endpoint http://10.0.0.1\n }\n autopath @kubernetes\n}\n", want: []string{
			`Corefile:5:2 warning ignored-text of CoreDNS 1.15.0: autopath does nothing: it needs to know the pods. Write "pods verified" in kubernetes, or remove it`,
		}},
		{name: "autopath with pods", text: "k8s.example {\n kubernetes k8s.example {\n  endpoint http://10.0.0.1\n  pods verified\n }\n autopath @kubernetes\n}\n"},
		{name: "DNS over TLS without a certificate", text: "a.org tls://a.org {\n whoami\n}\n", want: []string{
			`Corefile:1:7 warning unencrypted of CoreDNS 1.15.0: "tls://a.org" has no certificate, so port 853 is served without TLS, and clients of DNS over TLS get no answer. Add "tls CERT KEY" to the block`,
		}},

		// Endpoints of the whole server.
		{name: "health again", text: "example.org {\n health\n whoami\n}\n", want: []string{
			`Corefile:2:2 warning shared-endpoint of CoreDNS 1.15.0: health listens on :8080, where CoreDNS 1.15.0 already has health in its own Corefile: each request reaches one of the two at random. Remove it`,
		}},
		{name: "health again on an address of its port", text: "example.org {\n health 127.0.0.1:8080\n whoami\n}\n", want: []string{
			`Corefile:2:2 warning shared-endpoint of CoreDNS 1.15.0: health listens on 127.0.0.1:8080, where CoreDNS 1.15.0 already has health in its own Corefile: each request reaches one of the two at random. Remove it`,
		}},
		{name: "ready on the port of metrics", text: "example.org {\n ready :9153\n whoami\n}\n", want: []string{
			`Corefile:2:2 warning shared-endpoint of CoreDNS 1.15.0: ready listens on :9153, where CoreDNS 1.15.0 already has prometheus in its own Corefile: each request reaches one of the two at random. Remove it`,
		}},
		{name: "health on another port", text: "example.org {\n health :8090\n whoami\n}\n"},
		{name: "the same prometheus, which every server block needs", text: "example.org {\n prometheus :9153\n whoami\n}\n"},
		{name: "prometheus on its port by another name", text: "example.org {\n prometheus 0.0.0.0:9153\n whoami\n}\n", want: []string{
			`Corefile:2:2 warning shared-endpoint of CoreDNS 1.15.0: prometheus listens on 0.0.0.0:9153, where CoreDNS 1.15.0 already has prometheus in its own Corefile: each request reaches one of the two at random. Remove it`,
		}},
		{name: "pprof, which the base does not have", text: "example.org {\n pprof\n whoami\n}\n"},

		// Logs.
		{name: "log of one zone", text: "example.org {\n log\n whoami\n}\n"},
		{name: "log of everything", base: inside, text: "log\n", want: []string{
			`Corefile:1:1 warning logs-everything of CoreDNS 1.15.0: log: every query for a name without a zone of its own writes a line. Log only errors with "class error" in a block, or name a zone`,
		}},
		{name: "log of errors", base: inside, text: "log . {\n class error\n}\n"},
		{name: "log of a zone among all", base: inside, text: "log example.org\n"},
		{name: "debug", text: "example.org {\n debug\n whoami\n}\n", want: []string{
			`Corefile:2:2 warning logs-everything of CoreDNS 1.15.0: debug: the whole server logs more, and a panic in a plugin of this block ends it. Remove it when you are done`,
		}},

		// Files.
		{name: "a file that no volume provides", text: "example.org {\n file /zones/db.example.org\n}\ntls://example.net {\n tls /tls/tls.crt /tls/tls.key\n whoami\n}\n", want: []string{
			`Corefile:2:7 warning missing-file of CoreDNS 1.15.0: file: no volume in the pods of CoreDNS 1.15.0 provides /zones/db.example.org. Mount the file, or write its content here`,
			`Corefile:5:6 warning missing-file of CoreDNS 1.15.0: tls: no volume in the pods of CoreDNS 1.15.0 provides /tls/tls.crt. Mount the file, or write its content here`,
			`Corefile:5:19 warning missing-file of CoreDNS 1.15.0: tls: no volume in the pods of CoreDNS 1.15.0 provides /tls/tls.key. Mount the file, or write its content here`,
		}},
		{name: "a key that is not there", text: "example.org {\n root /etc/coredns/extra-configs\n hosts names\n}\n", want: []string{
			`Corefile:3:8 warning missing-file of CoreDNS 1.15.0: hosts: no volume in the pods of CoreDNS 1.15.0 provides /etc/coredns/extra-configs/names. Mount the file, or write its content here`,
		}},
		{name: "files of the image and of another volume", text: "example.org {\n hosts /etc/hosts\n forward . /etc/resolv.conf\n}\ntls://example.net {\n tls /secret/tls.crt /secret/tls.key\n whoami\n}\n", want: []string{
			`Corefile:2:8 warning pod-file of CoreDNS 1.15.0`, `Corefile:3:12 warning pod-file of CoreDNS 1.15.0`,
			`Corefile:2:2 warning ignored-text of CoreDNS 1.15.0`,
			`Corefile:6:6 warning pod-file of CoreDNS 1.15.0`, `Corefile:6:22 warning pod-file of CoreDNS 1.15.0`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			k := metakube(t)
			projected(t, &k)
			k.Services["kube-dns-upstream"] = "10.240.16.11"
			repod(&k, 0, func(p *workload.Pod) {
				p.Containers[0].VolumeMounts = append(p.Containers[0].VolumeMounts, workload.VolumeMount{Name: "secret", MountPath: "/secret"})
			})
			if test.base != "" {
				k.ConfigMaps["coredns"] = extraconfig.ConfigMap{Data: texts{"Corefile": test.base}}
			}
			judged := test.judged
			if judged == "" {
				judged = extraconfig.CoreDNSName
				everythingToCoreDNS(&k)
			}
			got := say(k.Check(judged, extraconfig.ConfigMap{Data: texts{"Corefile": test.text}}))
			slices.Sort(got)
			want := slices.Sorted(slices.Values(test.want))
			if !slices.EqualFunc(got, want, strings.HasPrefix) {
				t.Errorf("problems:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

// TestNoBindBesideAnUnknownCorefile is about a manifest alone: node-local-dns's own Corefile hardly ever
// listens everywhere.
func TestNoBindBesideAnUnknownCorefile(t *testing.T) {
	t.Parallel()
	const plain = "example.org {\n forward . 10.0.0.53\n}\n"
	for _, test := range []struct {
		name, judged, text string
		want               []string
	}{
		{name: "no bind", judged: extraconfig.NodeLocalDNSName, text: plain, want: []string{
			`Corefile:1:1 warning missing-bind of ` + nodeCache + `: this block listens on every address of the node. If node-local-dns binds to 169.254.20.10 in its own Corefile, as usual, pods never reach it, and it does not start beside another resolver on port 53: add "bind 169.254.20.10"`,
		}},
		{name: "several blocks", judged: extraconfig.NodeLocalDNSName, text: plain + "example.net {\n bind ::\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:1:1 warning missing-bind of ` + nodeCache + `: this block and 1 more of this file listen on every address of the node`,
		}},
		{name: "a bind", judged: extraconfig.NodeLocalDNSName, text: "example.org {\n bind 169.254.20.10\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:2:7 warning pod-address of ` + nodeCache,
		}},
		{name: "another port", judged: extraconfig.NodeLocalDNSName, text: "example.org:5353 {\n forward . 10.0.0.53\n}\n"},
		{name: "for CoreDNS as well", judged: extraconfig.Name, text: plain},
		{name: "for CoreDNS", judged: extraconfig.CoreDNSName, text: plain},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			k := extraconfig.Cluster{Servers: metakube(t).Servers}
			got := say(k.Check(test.judged, extraconfig.ConfigMap{Data: texts{"Corefile": test.text}}))
			if !slices.EqualFunc(got, test.want, strings.HasPrefix) {
				t.Errorf("problems:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

// TestANameOfTheClusterThatGoesOutside is about a text alone, beside which no address of the cluster
// is known.
func TestANameOfTheClusterThatGoesOutside(t *testing.T) {
	t.Parallel()
	const warning = `Corefile:2:2 warning wrong-answer of CoreDNS 1.15.0: rewrite: "git.dev.svc.cluster.local" goes to `
	for upstreams, want := range map[string][]string{
		"8.8.8.8":                 {warning + "8.8.8.8, which is not the cluster's DNS. Forward it to the address of the Service kube-dns"},
		"192.0.2.53 2001:4860::8": {warning + "192.0.2.53 or 2001:4860::8, which is not the cluster's DNS. Forward it to the address of the Service kube-dns"},
		"10.96.0.10":              nil,
		"8.8.8.8 10.96.0.10":      nil,
		"fd00::a":                 nil,
		"169.254.20.10":           nil,
		"100.64.0.10":             nil,
		"127.0.0.1:5353":          nil,
	} {
		text := "git.example.org {\n rewrite name git.example.org git.dev.svc.cluster.local\n forward . " + upstreams + "\n}\n"
		servers := metakube(t).Servers[:1]
		alone := say(extraconfig.CheckCorefile(corefile.File{Name: "Corefile", Text: text}, servers))
		manifest := say(extraconfig.Cluster{Servers: servers}.Check(extraconfig.CoreDNSName, extraconfig.ConfigMap{Data: texts{"Corefile": text}}))
		if !slices.Equal(alone, want) || !slices.Equal(manifest, want) {
			t.Errorf("a forward to %s: %q alone and %q in a manifest, want %q", upstreams, alone, manifest, want)
		}
	}
}

// TestOlderReleases is about text that does less in releases before the newest.
func TestOlderReleases(t *testing.T) {
	t.Parallel()
	const (
		local    = ".:53 {\n errors\n import extra-configs/*Corefile\n forward . 10.0.0.53\n}\n"
		failures = "a.org {\n rewrite rcode suffix a.org SERVFAIL NXDOMAIN\n forward . 10.0.0.53\n}\n"
		empty    = "a.org {\n rewrite rcode a.org NXDOMAIN NOERROR\n template IN A {\n  rcode NXDOMAIN\n }\n forward . 10.0.0.53\n}\n"
	)
	for _, test := range []struct {
		name, version, base, text string
		want                      []string
	}{
		{name: "names below localhost", version: "1.13.1", base: local, text: "local\n", want: []string{
			`Corefile:1:1 warning old-behaviour of CoreDNS 1.13.1: local: CoreDNS 1.13.1 answers NXDOMAIN for names below localhost, unlike CoreDNS 1.14.5 and later. Write a server block for "localhost" with a template`,
		}},
		{name: "names below localhost since 1.14.5", version: "1.14.5", base: local, text: "local\n"},
		{name: "names below localhost, which another block has", version: "1.13.1", base: local + "localhost {\n template IN A {\n  answer \"{{ .Name }} A 127.0.0.1\"\n }\n}\n", text: "local\n"},
		{name: "local for other names", version: "1.13.1", text: "a.org {\n local\n forward . 10.0.0.53\n}\n"},
		{name: "a panic with debug", version: "1.14.7", text: "a.org {\n minimal\n forward . 10.0.0.53\n}\nb.org {\n debug\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:2:2 warning old-behaviour of CoreDNS 1.14.7: minimal: before CoreDNS 1.15.0 it panics for a query that no plugin answers, and with debug that ends the server. Remove one of the two`,
			`Corefile:6:2 warning logs-everything`,
		}},
		{name: "a panic with debug on another port", version: "1.14.7", text: "a.org {\n minimal\n forward . 10.0.0.53\n}\nb.org:5353 {\n debug\n forward . 10.0.0.53\n}\n", want: []string{`Corefile:5:1 warning unreachable`, `Corefile:6:2 warning logs-everything`}},
		{name: "the code of failures", version: "1.14.6", text: failures, want: []string{
			`Corefile:2:2 warning old-behaviour of CoreDNS 1.14.6: rewrite: CoreDNS 1.14.6 replaces SERVFAIL only for clients that send EDNS0, unlike CoreDNS 1.14.7 and later. Answer these names with a template, or remove it`,
		}},
		{name: "the code of failures since 1.14.7", version: "1.14.7", text: failures},
		{name: "the code of failures, where queries get EDNS0", version: "1.14.6", text: strings.Replace(failures, " rewrite", " rewrite continue edns0 local set 0xffed 0xabcd\n rewrite", 1)},
		{name: "the code of replies without records", version: "1.13.1", text: empty, want: []string{
			`Corefile:2:2 warning old-behaviour of CoreDNS 1.13.1: rewrite: CoreDNS 1.13.1 replaces NXDOMAIN only for clients that send EDNS0`,
		}},
		{name: "the code of replies with records", version: "1.13.1", text: strings.Replace(empty, "rcode NXDOMAIN\n", "rcode NXDOMAIN\n  authority \"a.org. SOA ns.a.org. x.a.org. 1 60 60 60 60\"\n", 1)},
		{name: "the code of others' replies", version: "1.13.1", text: "a.org {\n rewrite rcode a.org NXDOMAIN NOERROR\n forward . 10.0.0.53\n}\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			k := metakube(t)
			projected(t, &k)
			everythingToCoreDNS(&k)
			repod(&k, 0, func(p *workload.Pod) { p.Containers[0].Image = "coredns:" + test.version })
			if test.base != "" {
				k.ConfigMaps["coredns"] = extraconfig.ConfigMap{Data: texts{"Corefile": test.base}}
			}
			k.Services["kube-dns-upstream"] = "10.240.16.11"
			got := say(k.Check(extraconfig.CoreDNSName, extraconfig.ConfigMap{Data: texts{"Corefile": test.text}}))
			if !slices.EqualFunc(got, test.want, strings.HasPrefix) {
				t.Errorf("problems:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

// TestHiddenZones is about blocks of CoreDNS behind node-local-dns, which sends what is not of
// the cluster to the node's resolver.
func TestHiddenZones(t *testing.T) {
	t.Parallel()
	const block = "corp.example {\n forward . 10.0.0.53\n}\nb.example {\n whoami\n}\n"
	for _, test := range []struct {
		name   string
		change func(k *extraconfig.Cluster)
		base   string // CoreDNS's own Corefile if not that of the manifests
		text   string
		want   []string
	}{
		{name: "it is hidden", text: block, want: []string{
			`Corefile:1:1 warning unreachable of CoreDNS 1.15.0: pods that query node-local-dns do not get "corp.example" and "b.example" from here: its own Corefile answers them (line 39). Add a block with a bind to node-local-dns-extra-configs as well`,
		}},
		{name: "the same answer", text: "corp.example {\n forward . /etc/resolv.conf\n cache\n}\n", want: []string{
			`Corefile:2:12 warning pod-file of CoreDNS 1.15.0: forward reads /etc/resolv.conf, which must exist in the pod; Corewarden cannot check it`,
		}},
		{name: "the same answer, but for an entry", text: "corp.example {\n hosts {\n  192.0.2.1 www.corp.example\n  fallthrough\n }\n forward . /etc/resolv.conf\n}\n", want: []string{
			`Corefile:1:1 warning unreachable of CoreDNS 1.15.0: pods that query node-local-dns do not get "corp.example" from here: its own Corefile answers them (line 39). Add a block with a bind to node-local-dns-extra-configs as well`,
			`Corefile:6:12 warning pod-file of CoreDNS 1.15.0: forward reads /etc/resolv.conf, which must exist in the pod; Corewarden cannot check it`,
		}},
		{name: "many zones", text: "corp.example a.example {\n whoami\n}\nb.example c.example d.example {\n whoami\n}\n", want: []string{
			`Corefile:1:1 warning unreachable of CoreDNS 1.15.0: pods that query node-local-dns do not get "corp.example", "a.example", "b.example" and 2 more from here: its own Corefile answers them (line 39). Add a block with a bind to node-local-dns-extra-configs as well`,
		}},
		{name: "text in the base's block", base: inside, text: "hosts {\n 192.0.2.1 www.corp.example web.svc.cluster.local\n fallthrough\n}\nrewrite name app.corp.example web.shop.svc.cluster.local\ntemplate IN A b.example {\n rcode NXDOMAIN\n}\nforward c.example 10.0.0.53\n", want: []string{
			`Corefile:2:2 warning unreachable of CoreDNS 1.15.0: pods that query node-local-dns do not get "www.corp.example", "app.corp.example", "b.example" and 1 more from here: its own Corefile answers them (line 39). Add a block with a bind to node-local-dns-extra-configs as well`,
			`Corefile:5:1 warning unanswered of CoreDNS 1.15.0: rewrite: "app.corp.example" becomes "web.shop.svc.cluster.local"`,
		}},
		{name: "text in the base's block for names of the cluster", base: inside, text: "hosts {\n 192.0.2.1 web.svc.cluster.local\n fallthrough\n}\nlog\n", want: []string{
			`Corefile:5:1 warning logs-everything`,
		}},
		{name: "node-local-dns has a block of its own", text: block, change: func(k *extraconfig.Cluster) {
			k.ConfigMaps[extraconfig.NodeLocalDNSName] = extraconfig.ConfigMap{Data: texts{"Corefile": "corp.example {\n bind 169.254.20.10\n forward . 10.0.0.54\n}\nb.example {\n bind 169.254.20.10\n whoami\n}\n"}}
		}},
		{name: "node-local-dns has a block for a zone around it", text: block, change: func(k *extraconfig.Cluster) {
			k.ConfigMaps[extraconfig.NodeLocalDNSName] = extraconfig.ConfigMap{Data: texts{"Corefile": "\nexample {\n bind 169.254.20.10\n forward . 10.0.0.55\n}\n"}}
		}, want: []string{
			`Corefile:1:1 warning unreachable of CoreDNS 1.15.0: pods that query node-local-dns do not get "corp.example" and "b.example" from here: node-local-dns-extra-configs/Corefile answers them (line 2). Add a block with a bind to node-local-dns-extra-configs as well`,
		}},
		{name: "node-local-dns asks CoreDNS", text: block, change: everythingToCoreDNS},
		{name: "there is no node-local-dns", text: block, change: func(k *extraconfig.Cluster) { k.Servers, k.Workloads = k.Servers[:1], k.Workloads[:1] }},
		{name: "the Service that it asks is not known", text: block, change: func(k *extraconfig.Cluster) { delete(k.Services, "kube-dns-upstream") }},
		{name: "reverse names, which it asks CoreDNS for", text: "10.20.0.0/16 {\n forward . 10.0.0.53\n}\n"},
		{name: "another port", text: "corp.example:5353 {\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:1:1 warning unreachable of CoreDNS 1.15.0: this block listens on port 5353`,
		}},
		{name: "the usual port where the cluster's DNS has another, beside one like it", base: strings.ReplaceAll(first, ":53", ":8053"), text: "a.org {\n forward . 10.0.0.53\n}\n", change: func(k *extraconfig.Cluster) {
			k.ConfigMaps[extraconfig.Name] = extraconfig.ConfigMap{Data: texts{"bothCorefile": "b.org {\n forward . 10.0.0.53\n}\n"}}
		}, want: []string{`Corefile:1:1 warning unreachable of CoreDNS 1.15.0: this block listens on port 53`}},
		{name: "another port, which node-local-dns asks", text: "corp.example:5353 {\n forward . 10.0.0.53\n}\n", change: func(k *extraconfig.Cluster) {
			k.ConfigMaps[extraconfig.NodeLocalDNSName] = extraconfig.ConfigMap{Data: texts{"Corefile": "corp.example {\n bind 169.254.20.10\n forward . 10.1.2.3:5353\n}\n"}}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			k := metakube(t)
			projected(t, &k)
			k.Services["kube-dns-upstream"] = "10.240.16.11"
			if test.change != nil {
				test.change(&k)
			}
			if test.base != "" {
				k.ConfigMaps["coredns"] = extraconfig.ConfigMap{Data: texts{"Corefile": test.base}}
			}
			got := say(k.Check(extraconfig.CoreDNSName, extraconfig.ConfigMap{Data: texts{"Corefile": test.text}}))
			if !slices.EqualFunc(got, test.want, strings.HasPrefix) {
				t.Errorf("problems:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

// TestABlockThatCoreDNSAnswersForIsNotMissed where node-local-dns sends its queries there.
func TestABlockThatCoreDNSAnswersForIsNotMissed(t *testing.T) {
	t.Parallel()
	k := metakube(t)
	k.Services["kube-dns-upstream"] = "10.240.16.11"
	everythingToCoreDNS(&k)
	for text, want := range map[string][]string{
		"example.org {\n forward . 10.0.0.53\n}\n": {
			`Corefile:1:1 warning missing-bind of ` + nodeCache + `: this block listens on every address of the node, so node-local-dns does not start beside another resolver on port 53. Move it to coredns-extra-configs: CoreDNS answers for it anyway`,
		},
	} {
		if got := say(k.Check(extraconfig.Name, extraconfig.ConfigMap{Data: texts{"Corefile": text}})); !slices.Equal(got, want) {
			t.Errorf("problems of\n%s:\n%s\nwant:\n%s", text, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// TestABlockWithoutBindIsWarnedOfBesideAnother that is in another ConfigMap.
func TestABlockWithoutBindIsWarnedOfBesideAnother(t *testing.T) {
	t.Parallel()
	k := metakube(t)
	projected(t, &k)
	k.ConfigMaps[extraconfig.NodeLocalDNSName] = extraconfig.ConfigMap{Data: texts{"otherCorefile": "b.example {\n forward . 10.0.0.54\n}\n"}}
	want := []string{
		`Corefile:1:1 warning missing-bind of ` + nodeCache + `: this block listens on every address of the node, so node-local-dns does not start beside another resolver on port 53, and pods that query 169.254.20.10 never reach it. Move it to coredns-extra-configs, and a copy with "bind 169.254.20.10" to node-local-dns-extra-configs`,
	}
	if got := say(k.Check(extraconfig.Name, extraconfig.ConfigMap{Data: texts{"Corefile": "a.example {\n forward . 10.0.0.53\n}\n"}})); !slices.Equal(got, want) {
		t.Errorf("problems:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// everythingToCoreDNS has node-local-dns send every query to CoreDNS.
func everythingToCoreDNS(k *extraconfig.Cluster) {
	own := k.ConfigMaps["node-local-dns"].Data["Corefile"]
	k.ConfigMaps["node-local-dns"] = extraconfig.ConfigMap{Data: texts{
		"Corefile": strings.ReplaceAll(own, "__PILLAR__UPSTREAM__SERVERS__", "__PILLAR__CLUSTER__DNS__"),
	}}
}

// TestADangerIsToldOnlyOfWhatStarts keeps a rejection short.
func TestADangerIsToldOnlyOfWhatStarts(t *testing.T) {
	t.Parallel()
	problems := metakube(t).Check(extraconfig.Name, extraconfig.ConfigMap{Data: texts{"Corefile": "example.org {\n debug\n lgo\n}\n"}})
	var rules []string
	for _, p := range problems {
		rules = append(rules, p.Rule)
	}
	if !slices.Equal(rules, []string{"unknown-plugin"}) {
		t.Errorf("problems: %v", problems)
	}
}
