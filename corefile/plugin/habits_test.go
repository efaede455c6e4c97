package plugin_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestHabits is about what people bring along from other languages: each message names the
// habit and the remedy.
func TestHabits(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ plugin, text, coredns, want string }{
		{"forward", "forward . 192.0.2.1, 192.0.2.2", "", `1:11 error invalid-value: forward: "192.0.2.1," is neither an IP address nor a file. Words are separated by spaces: remove the ","`},
		{"forward", "forward . 192.0.2.1;", "", `1:11 error invalid-value: forward: "192.0.2.1;" is neither an IP address nor a file. Words are separated by spaces: remove the ";"`},
		{"forward", "forward . '192.0.2.1'", "", `1:11 error invalid-value: forward: "'192.0.2.1'" is neither an IP address nor a file. CoreDNS knows only straight double quotes: use those or none`},
		{"forward", "forward . “192.0.2.1”", "", `1:11 error invalid-value: forward: "“192.0.2.1”" is neither an IP address nor a file. CoreDNS knows only straight double quotes: use those or none`},
		{"forward", "forward . udp://192.0.2.1", "1.14.3", `1:11 error invalid-value: forward: "udp://192.0.2.1" is neither an IP address nor a file. There is no transport "udp://": write "192.0.2.1"`},
		{"forward", "forward . tcp://192.0.2.1", "1.14.3", `1:11 error invalid-value: forward: "tcp://192.0.2.1" is neither an IP address nor a file. There is no transport "tcp://": write "192.0.2.1", and force_tcp in a block`},
		{"forward", "forward . [::1]", "1.14.1", `1:11 error invalid-value: forward: "[::1]" is neither an IP address nor a file. Write "::1" without brackets`},
		{"forward", "forward . tls://[::1]", "1.14.1", `1:11 error invalid-value: forward: "tls://[::1]" is neither an IP address nor a file. Write "tls://::1" without brackets`},
		{"forward", "forward . 192.0.2.1 // upstream", "", `1:21 warning ignored-text: forward: "//" is a directory. CoreDNS finds no server in it and says nothing. A comment starts with "#"
1:24 warning pod-network: forward: the server starts only if it can resolve "upstream"; Corewarden cannot check this. Write an IP address to avoid the lookup`},
		{"forward", "forward . udp://192.0.2.1 ", "", `1:11 warning pod-network: forward: the server tries to resolve "udp" as a host name and does not start if that fails. There is no transport "udp://": write "192.0.2.1"`},
		{"template", "template IN A {\nanswer “www.lab.example. 60 IN A 192.0.2.1”\n}", "", `2:8 warning ignored-text: template: "“www.lab.example." is not a record, so every query that this template matches fails. Write the whole record in straight double quotes, such as "{{ .Name }} 60 IN A 10.0.0.1"`},
		{"log", "log . “{remote} {type} x”", "", `1:7 warning silent-zone: log: CoreDNS reads "“{remote}" as a zone name and logs only queries for that zone. CoreDNS knows only straight double quotes: use those or none`},
		{"forward", "forward . tls://192.0.2.1 {\ntls_servername “dns.lab.example”\n}", "", `2:16 warning ignored-text: forward: CoreDNS reads "“dns.lab.example”" literally. CoreDNS knows only straight double quotes: use those or none`},
		{"chaos", "chaos “my version” {}", "", `1:7 warning ignored-text: chaos: CoreDNS reads "“my" literally. CoreDNS knows only straight double quotes: use those or none`},
		{"root", "root {}", "", `1:6 warning ignored-text: root: CoreDNS reads "{}" literally. No block is needed to leave everything at its default: remove the "{}"`},
		{"cache", "cache {\n// comment\n}", "", `2:1 error unknown-property: cache: unknown property "//"; a comment starts with "#"`},
		{"cache", "cache {\n; comment\n}", "", `2:1 error unknown-property: cache: unknown property ";"; a comment starts with "#"`},
		{"cache", "cache {\nsuccess 10;\n}", "", `2:9 error invalid-value: cache: the capacity is "10;". Words are separated by spaces: remove the ";"`},
		{"bind", "bind 127.0.0.1, ::1", "", `1:6 warning pod-address: bind: "127.0.0.1," is not an IP address. CoreDNS reads it as an interface name and does not start without that interface. Words are separated by spaces: remove the ","`},
		{"bind", "bind 127.0.0.256", "", `1:6 warning pod-address: bind: "127.0.0.256" is not an IP address. CoreDNS reads it as an interface name and does not start without that interface. Each of the four numbers is at most 255`},
		{"bind", "bind 1270.0.0.1", "", `1:6 warning pod-address: bind: "1270.0.0.1" is not an IP address. CoreDNS reads it as an interface name and does not start without that interface. Each of the four numbers is at most 255`},
		{"transfer", "transfer example.org, example.net {\nto *\n}", "", `1:10 warning silent-zone: transfer: CoreDNS reads "example.org," as a zone name, which no query matches. Words are separated by spaces: remove the ","`},
		{"hosts", "hosts example.org /etc/hosts {\nfallthrough\n}", "", `1:7 warning ignored-text: hosts: CoreDNS reads "example.org" as a file name, not a zone. Remove it, or write a file before it, such as "/etc/hosts"`},
		{"hosts", "hosts example.net /etc/hosts {\nfallthrough\n}", "", `1:7 warning ignored-text: hosts: CoreDNS reads "example.net" as a file name and "/etc/hosts" as a zone. Write the file first`},
		{"secondary", "secondary {\ntransfr from 192.0.2.1\ntransfer from 192.0.2.1\n}", "", `2:1 error unknown-property: secondary: unknown property "transfr"; did you mean "transfer"?`},
		{"forward", "forward . 192.0.2.1 {\ndoh_methd GET\n}", "1.13.1", `2:1 error unknown-property: forward: unknown property "doh_methd"; it has except, expire, failfast_all_unhealthy_upstreams, failover, force_tcp, health_check, max_concurrent, max_fails, next, policy, prefer_udp, tls, tls_servername`},
		{"kubernetes", "kubernetes cluster.local {\nresyncperod 5s\n}", "", `2:1 error unknown-property: kubernetes: unknown property "resyncperod"; it has apiserver_burst, apiserver_max_inflight, apiserver_qps, endpoint, endpoint_pod_names, fallthrough, ignore, kubeconfig, labels, multicluster, namespace_labels, namespaces, noendpoints, pods, startup_timeout, tls, ttl, zonal
1:1 warning pod-network: kubernetes: the server starts only in a pod with a service account of the cluster; Corewarden cannot check this`},
	} {
		t.Run(test.text, func(t *testing.T) {
			t.Parallel()
			var all []string
			for _, p := range judge(t, test.plugin, example{text: test.text, coredns: test.coredns}) {
				all = append(all, fmt.Sprintf("%d:%d %s %s: %s", p.Line-1, p.Column, p.Severity, p.Rule, p.Message))
			}
			if strings.Join(all, "\n") != test.want {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(all, "\n"), test.want)
			}
		})
	}
}
