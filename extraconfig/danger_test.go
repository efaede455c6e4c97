package extraconfig_test

import (
	"slices"
	"strings"
	"testing"

	"corewarden/extraconfig"
	"corewarden/extraconfig/workload"
)

// A danger is a text that starts and hurts, or one that is like it and does not.
type danger struct {
	name   string
	judged string // for CoreDNS alone if not given
	base   string // CoreDNS's own Corefile if not that of the manifests
	text   string
	want   []string
}

// judge checks it in a cluster like MetaKube's: CoreDNS behind 10.240.16.10, and node-local-dns on
// that and on 169.254.20.10.
func (d danger) judge(t *testing.T) {
	t.Parallel()
	k := metakube(t)
	projected(t, &k)
	k.Services["kube-dns-upstream"] = "10.240.16.11"
	repod(&k, 0, func(p *workload.Pod) {
		p.Containers[0].VolumeMounts = append(p.Containers[0].VolumeMounts, workload.VolumeMount{Name: "secret", MountPath: "/secret"})
	})
	if d.base != "" {
		k.ConfigMaps["coredns"] = extraconfig.ConfigMap{Data: texts{"Corefile": d.base}}
	}
	judged := d.judged
	if judged == "" {
		judged = extraconfig.CoreDNSName
		everythingToCoreDNS(&k)
	}
	got := say(k.Check(judged, extraconfig.ConfigMap{Data: texts{"Corefile": d.text}}))
	slices.Sort(got)
	want := slices.Sorted(slices.Values(d.want))
	if !slices.EqualFunc(got, want, strings.HasPrefix) {
		t.Errorf("problems:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// onNode is judged for node-local-dns alone.
const onNode = extraconfig.NodeLocalDNSName

// TestDangers is the specification of what starts and hurts a server, or the servers around it.
func TestDangers(t *testing.T) {
	t.Parallel()
	for _, d := range []danger{
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
		t.Run(d.name, d.judge)
	}
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
