package explain_test

import (
	"strings"
	"testing"

	"corewarden/corefile/explain"
	"corewarden/corefile/release"
)

func find(t *testing.T, name string) release.Release {
	t.Helper()
	server, version, _ := strings.Cut(name, " ")
	of := release.CoreDNS
	if server == "node-cache" {
		of = release.NodeCache
	}
	r, err := of(version)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestPluginIsExplainedForARelease shows the whole text once.
func TestPluginIsExplainedForARelease(t *testing.T) {
	t.Parallel()
	const want = `header in CoreDNS 1.12.3

Sets or clears header flags of queries and answers.

Usage
  header

Properties of its block
  query set|clear FLAG...
  response set|clear FLAG...
  set FLAG...
  clear FLAG...

Queries
  It hands every query on, and may change the query or the answer that comes back.
  The order of plugins is fixed, whatever their order in the Corefile.
  Before it may answer: local, acl, any, chaos, tsig, cache.
  After it may answer: dnssec, template, transfer, hosts, route53, azure, clouddns, k8s_external, kubernetes, file, auto, secondary, etcd, forward, grpc, erratic, whoami.

Releases
  CoreDNS: every known release
  until CoreDNS 1.12.3: property set, clear
  node-cache: none

Example
  example.org {
      header {
          response set aa
      }
      forward . 10.0.0.53
  }

https://coredns.io/plugins/header/
`
	got, err := explain.Plugin("header", find(t, "CoreDNS 1.12.3"))
	if err != nil || got != want {
		t.Errorf("got %v\n%s\nwant\n%s", err, got, want)
	}
}

// TestExplanationIsOfTheRelease shows what differs from one release to another.
func TestExplanationIsOfTheRelease(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, plugin, release, has, lacks string }{
		{"a property that came", "forward", "CoreDNS 1.14.3", "\n  max_age DURATION\n", "\n  resolver "},
		{"a property that went", "header", "CoreDNS 1.12.4", "\n  until CoreDNS 1.12.3: property set, clear\n", "\n  set FLAG...\n"},
		{"a change that is no property", "forward", "CoreDNS 1.15.0", "\n  since CoreDNS 1.15.0: TO may be quic://IP\n", ""},
		{"a plugin that came", "shed", "CoreDNS 1.15.0", "\n  CoreDNS: since 1.14.7\n", ""},
		{"a place that changed", "acl", "CoreDNS 1.15.0", "\n  since CoreDNS 1.14.3: it has another place in the order\n", ""},
		{"what answers before it, in the old place", "rewrite", "CoreDNS 1.14.6", "Before it may answer: local, any, chaos, tsig, cache.\n", ""},
		{"what answers before it, in the new place", "rewrite", "CoreDNS 1.14.7", "Before it may answer: shed, local, any, chaos, tsig.\n", ""},
		{"only what the server has", "cache", "node-cache 1.26.7", "After it may answer: template, hosts, forward, whoami.\n", "kubernetes"},
		{"the CoreDNS in a server", "cache", "node-cache 1.26.7", "cache in node-cache 1.26.7, with CoreDNS 1.13.1 in it\n", "\n  serve_stale_policy "},
		{"a plugin of no release of node-cache", "acl", "CoreDNS 1.15.0", "\n  node-cache: none\n", ""},
		{"of all", "cache", "CoreDNS 1.15.0", "\n  node-cache: every known release\n", ""},
		{"of later ones", "timeouts", "CoreDNS 1.15.0", "\n  node-cache: since head\n", ""},
		{"of earlier ones", "metadata", "CoreDNS 1.15.0", "\n  node-cache: before head\n", ""},
		{"an endpoint", "health", "CoreDNS 1.15.0", "It listens on :8080 unless", ""},
		{"files", "tsig", "CoreDNS 1.15.0", "whatever the plugin root says", ""},
		{"a plugin that meets no query", "bind", "CoreDNS 1.15.0", "It meets no query", "answer:"},
		{"a plugin that hands on", "hosts", "CoreDNS 1.15.0", "with fallthrough, it hands on", ""},
		{"an example of a new property", "tls", "CoreDNS 1.14.6", "tls /etc/coredns/tls.crt", "acme"},
		{"an example for the release", "ready", "CoreDNS 1.12.1", "\n      ready\n", "monitor\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := explain.Plugin(test.plugin, find(t, test.release))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(got, test.has) {
				t.Errorf("it lacks %q:\n%s", test.has, got)
			}
			now, _, _ := strings.Cut(got, "\nReleases\n") // which tells what came later, too
			_, example, _ := strings.Cut(got, "\nExample\n")
			if test.lacks != "" && strings.Contains(now+example, test.lacks) {
				t.Errorf("it has %q:\n%s", test.lacks, got)
			}
		})
	}
}

func TestOnlyPluginsOfTheReleaseAreExplained(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ plugin, release, want string }{
		{"cahce", "CoreDNS 1.15.0", `CoreDNS 1.15.0 has no plugin "cahce"; did you mean "cache"?`},
		{"htps", "CoreDNS 1.14.0", `CoreDNS 1.14.0 has no plugin "htps"; did you mean "https"?`},
		{"htps", "CoreDNS 1.13.2", `CoreDNS 1.13.2 has no plugin "htps". "corefile explain" lists them`},
		{"https", "CoreDNS 1.13.2", `CoreDNS 1.13.2 has no plugin "https": it came with CoreDNS 1.14.0`},
		{"acl", "node-cache 1.26.7", `node-cache 1.26.7 has no plugin "acl", which CoreDNS has`},
		{"onn", "CoreDNS 1.15.0", `CoreDNS 1.15.0 has no plugin "onn". "corefile explain" lists them`},
		{"on", "CoreDNS 1.15.0", `CoreDNS 1.15.0 has no plugin "on". "corefile explain" lists them`},
	} {
		if text, err := explain.Plugin(test.plugin, find(t, test.release)); err == nil || err.Error() != test.want {
			t.Errorf("%s of %s: %v\nwant %s\n%s", test.plugin, test.release, err, test.want, text)
		}
	}
}

func TestPluginsOfAReleaseAreListed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		release string
		lines   int
		first   string
	}{
		{"CoreDNS 1.15.0", 61, "acl           Allows, refuses or drops queries by the client's network and the record type."},
		{"node-cache 1.26.7", 21, "bind          Listens only on the given addresses, not on all."},
	} {
		lines := strings.Split(strings.TrimSpace(explain.List(find(t, test.release))), "\n")
		if len(lines) != test.lines || lines[0] != test.first {
			t.Errorf("%s: %d plugins, the first of them\n%s", test.release, len(lines), lines[0])
		}
	}
}
