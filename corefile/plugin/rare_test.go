package plugin_test

import (
	"strings"
	"testing"

	"corewarden/corefile/plugin/reader"
)

// TestRareMessages is about what needs other zones, transports or servers than the tests of
// the plugins have, or very long words.
func TestRareMessages(t *testing.T) {
	t.Parallel()
	nodeLocal := reader.Neighbour{Name: "node-local-dns", Addresses: []string{"169.254.20.10"}, Loads: "node-local-dns-extra-configs"}
	long := strings.Repeat("x", 5000)
	for name, examples := range map[string][]example{
		"bind": {
			{text: "bind 169.254.20.10", neighbour: nodeLocal, transports: []string{"dns"}, want: "1:6 bind-elsewhere"},
			{text: "bind 169.254.20.11", want: "warning 1:6 pod-address"},
			{text: "bind 127.0.0.256", want: "warning 1:6 pod-address"},
			{text: "bind <address>", want: "warning 1:6 pod-address"},
		},
		"cache": {
			{text: "cache {\nserve_stale\nserve_stale_policy prefer_positive\nserve_stale_policy prefer_positive\n}", want: "4:1 repeated-plugin"},
			{text: "cache {\nkeepttl }", want: "2:9 wrong-arguments"},
			{text: "cache 30", transports: []string{"unix"}, coredns: "1.12.4", want: "1:7 conflicting-settings"},
			{text: "cache 30", transports: []string{"unix"}, ports: []string{"1"}, coredns: "1.12.4"},
			{text: "cache 30 example.org", transports: []string{"unix"}, coredns: "1.12.4"},
		},
		"dnstap": {
			{text: "dnstap /run/dnstap.sock {\nv{$X}sion version\n}", want: "warning 2:1 environment-reference", coredns: "1.14.3"},
		},
		"dynupdate": {
			{text: "dynupdate {\nfile db\n}", zones: []string{"a.org.", "b.org."}, want: "1:1 wrong-arguments"},
			{text: "dynupdate {\nfile db\nallow k. * *\n}", transports: []string{"unix"}, ports: []string{"1"}, want: "warning 2:6 pod-file"},
			{text: "dynupdate {\nfile db\n}", transports: []string{"unix"}, want: "1:1 conflicting-settings"},
		},
		"file": {
			{text: "file /db", files: map[string]string{"/db": "$INCLUDE /other\n"}, want: "warning 1:6 pod-file"},
		},
		"forward": {
			{text: "forward . udp://192.0.2.1", want: "warning 1:11 pod-network"},
		},
		"health": {
			{text: "health [::1%lo]:8080", want: "1:8 invalid-value"},
		},
		"hosts": {
			{text: "hosts example.net /etc/hosts {\nfallthrough\n}", want: "warning 1:7 ignored-text"},
			{text: "hosts {\n192.0.2.1 www.example.org\n}", transports: []string{"unix"}, coredns: "1.12.4", want: "1:1 conflicting-settings"},
		},
		"loop": {
			{text: "loop", transports: []string{"unix"}, coredns: "1.12.4", want: "1:1 conflicting-settings"},
		},
		"prometheus": {
			{text: "prometheus", transports: []string{"unix"}, coredns: "1.12.4", want: "1:1 conflicting-settings"},
			{text: "prometheus", transports: []string{"unix"}},
		},
		"rewrite": {
			{text: "rewrite ttl exact example.org 30 answer auto", want: "1:34 invalid-value"},
		},
		"root": {
			{text: "root " + long, want: "1:6 invalid-value"},
		},
		"shed": {
			{text: "shed", transports: []string{"dns", "tls"}, want: "1:1 conflicting-settings"},
		},
		"template": {
			{text: "template IN A {\nanswer {{" + strings.Repeat(long, 14) + "}}\n}", want: "2:8 too-large"},
		},
		"transfer": {
			{text: "transfer example.org, {\nto *\n}", want: "warning 1:10 silent-zone"},
		},
		"view": {
			{text: "view a {\nexpr " + long + "\n}", want: "2:6 too-large"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runExamples(t, name, examples)
		})
	}
}
