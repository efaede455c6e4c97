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
		{"forward", "forward . '192.0.2.1'", "", `1:11 error invalid-value: forward: "'192.0.2.1'" is neither an IP address nor a file. CoreDNS knows only straight double quotes: remove these`},
		{"forward", "forward . “192.0.2.1”", "", `1:11 error invalid-value: forward: "“192.0.2.1”" is neither an IP address nor a file. CoreDNS knows only straight double quotes: remove these`},
		{"forward", "forward . udp://192.0.2.1", "1.14.3", `1:11 error invalid-value: forward: "udp://192.0.2.1" is neither an IP address nor a file. There is no transport "udp://": write "192.0.2.1"`},
		{"forward", "forward . tcp://192.0.2.1", "1.14.3", `1:11 error invalid-value: forward: "tcp://192.0.2.1" is neither an IP address nor a file. There is no transport "tcp://": write "192.0.2.1", and force_tcp in a block`},
		{"forward", "forward . [::1]", "1.14.1", `1:11 error invalid-value: forward: "[::1]" is neither an IP address nor a file. Write "::1" without brackets`},
		{"forward", "forward . 192.0.2.1 // upstream", "", `1:21 warning ignored-text: forward: "//" is a directory. CoreDNS finds no server in it and says nothing. A comment starts with "#"`},
		{"forward", "forward . udp://192.0.2.1 ", "", `1:11 warning pod-network: forward: the server tries to resolve "udp" as a host name and does not start if that fails. There is no transport "udp://": write "192.0.2.1"`},
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
		{"kubernetes", "kubernetes cluster.local {\nresyncperod 5s\n}", "", `2:1 error unknown-property: kubernetes: unknown property "resyncperod"; it has apiserver_burst, apiserver_max_inflight, apiserver_qps, endpoint, endpoint_pod_names, fallthrough, ignore, kubeconfig, labels, multicluster, namespace_labels, namespaces, noendpoints, pods, startup_timeout, tls, ttl, zonal`},
	} {
		t.Run(test.text, func(t *testing.T) {
			t.Parallel()
			var all []string
			for _, p := range judge(t, test.plugin, example{text: test.text, coredns: test.coredns}) {
				all = append(all, fmt.Sprintf("%d:%d %s %s: %s", p.Line-1, p.Column, p.Severity, p.Rule, p.Message))
			}
			if len(all) == 0 || all[0] != test.want {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(all, "\n"), test.want)
			}
		})
	}
}
