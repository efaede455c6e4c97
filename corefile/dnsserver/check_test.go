package dnsserver

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

var ownRules = []string{
	reader.RuleConflict, RuleInvalidPort, RuleInvalidZone, RuleRunsCommands, RuleSuspiciousZone, RuleUnavailablePlugin, RuleUnknownPlugin,
	RuleZoneAlreadyServed, RuleZoneOverlap, RuleZonelessBlock,
	corefile.RuleEnvironment, corefile.RuleGluedComment, corefile.RuleUnexpectedBrace, corefile.RuleZoneWithoutBlock,
}

// judge returns what a server says about a Corefile beside a base that serves the root, by the rules of this package, as
// "line:column-end severity rule: message [suggestion]".
func judge(t *testing.T, text string, s Server) []string {
	t.Helper()
	const dir = "/etc/coredns/extra"
	problems := Judge(corefile.Configuration{
		Main:  corefile.File{Name: "base", Path: "/etc/coredns/Corefile", Text: "import extra/*Corefile\n.:53 {\n}\n", Foreign: true, Own: true},
		Files: []corefile.File{{Name: "Corefile", Path: dir + "/Corefile", Text: text}},
		Dirs:  []string{dir},
	}, s)
	var lines []string
	for _, p := range problems {
		if p.Server != s.Name {
			t.Errorf("the problem %v is of %q, want %q", p, p.Server, s.Name)
		}
		if p.File != "Corefile" {
			t.Errorf("the problem %v is in %q, want Corefile", p, p.File)
		}
		if !slices.Contains(ownRules, p.Rule) {
			continue // of a plugin's grammar
		}
		line := fmt.Sprintf("%d:%d-%d %s %s: %s", p.Line, p.Column, p.EndColumn, p.Severity, p.Rule, p.Message)
		if p.Suggestion != "" {
			line += " [" + p.Suggestion + "]"
		}
		lines = append(lines, line)
	}
	return lines
}

func TestDnstapOfTheServersOwn(t *testing.T) {
	t.Parallel()
	problems := Judge(corefile.Configuration{
		Main:  corefile.File{Name: "base", Path: "/etc/coredns/Corefile", Text: "import Corefile.user\n.:53 {\n dnstap listen tcp://:6000\n}\n", Foreign: true, Own: true},
		Files: []corefile.File{{Name: "Corefile.user", Path: "/etc/coredns/Corefile.user", Text: "a.org:6000 {\n}\n"}},
		Dirs:  []string{"/etc/coredns"},
	}, Server{Name: "the server", Release: coreDNS(t, "1.15.0")})
	const want = "the server does not start: dnstap already listens on port 6000, in another text that it loads. Choose another port"
	if len(problems) != 1 || problems[0].File != "Corefile.user" || problems[0].Severity != corefile.Error || problems[0].Message != want {
		t.Errorf("problems: %v, want one error: %s", problems, want)
	}
}

// TestJudge is the specification of the rules about server blocks: for each, what is said
// where. The server is CoreDNS 1.15.0 unless the case names another.
func TestJudge(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, release, text string
		want                []string
	}{
		{name: "nothing is wrong", text: "example.org {\n forward . 10.0.0.1\n}\n"},

		// Braces that CoreDNS takes for zones.
		{name: "surplus braces", text: "a.org {\n}\n}\n}\n}\n}\n", want: []string{
			`3:1-2 warning suspicious-zone: CoreDNS reads "}" as a zone name, which no query matches. This "}" closes nothing: remove it`,
			`5:1-2 warning suspicious-zone: CoreDNS reads "}" as a zone name, which no query matches. This "}" closes nothing: remove it`,
			`5:1-2 error unexpected-brace: "}" closes nothing: every block above it is already closed. Remove it`,
		}},

		// Habits of other languages.
		{name: "port 0", text: "a.org:0 {\n}\n", want: []string{
			`1:1-8 warning suspicious-zone: "a.org:0" listens on a random port, which no query reaches. Write a port from 1 up, or none for 53`,
		}},
		{name: "an address behind the zone", text: "a.org:10.0.0.1:53 {\n}\n", want: []string{
			`1:1-18 warning suspicious-zone: CoreDNS reads "a.org:10.0.0.1" as a zone name, which no query matches. Write the address in the block: bind 10.0.0.1`,
		}},
		{name: "quotation marks and semicolons around zones", text: "'a.org' b.org; {\n}\n", want: []string{
			`1:1-8 warning suspicious-zone: CoreDNS reads "'a.org'" as a zone name, which no query matches. CoreDNS knows only straight double quotes: use those or none`,
			`1:9-15 warning suspicious-zone: CoreDNS reads "b.org;" as a zone name, which no query matches. Words are separated by spaces: remove the ";"`,
		}},
		{name: "a comment of another language", text: "// zones\na.org {\n // whoami\n}\n", want: []string{
			`1:1-3 error zone-without-block: zone "//" has no block, so CoreDNS reads "a.org" as one of its plugins. A comment starts with "#"`,
			`1:1-3 warning suspicious-zone: CoreDNS reads "//" as a zone name, which no query matches. A comment starts with "#"`,
			`3:2-4 error unknown-plugin: unknown plugin "//". A comment starts with "#"`,
		}},
		{name: "such a comment in a block", text: "a.org {\n // one\n ; two\n}\n", want: []string{
			`2:2-4 error unknown-plugin: unknown plugin "//". A comment starts with "#"`,
			`3:2-3 error unknown-plugin: unknown plugin ";". A comment starts with "#"`,
		}},
		{name: "plugins without a server block", text: "errors\nforward . 10.0.0.53\n", want: []string{
			`1:1-7 error zone-without-block: zone "errors" has no block, so CoreDNS reads what follows in another file as one of its plugins. It is a plugin: write it into a server block, such as ". { ... }"`,
			`1:1-7 warning suspicious-zone: CoreDNS reads "errors" as a zone name. It is a plugin: write it into a server block, such as ". { ... }"`,
		}},
		{name: "a zone with the name of a plugin", text: "local {\n whoami\n}\n"},
		{name: "a comment glued to a word", text: "a.org {\n errors#1\n rewrite name a.org \"b#c\"\n}\n", want: []string{
			`2:2-8 warning glued-comment: the "#" behind "errors" starts a comment, so CoreDNS reads no more of the word. Put a space before a comment, ":" before a port, or quotes around the word`,
		}},
		{name: "plugins that official images lack", text: "a.org {\n fanout . 10.0.0.1\n unbound\n}\n", want: []string{
			`2:2-8 error unknown-plugin: "fanout" is an external plugin, which the official images of CoreDNS do not have. Remove it`,
			`3:2-9 error unknown-plugin: "unbound" is an external plugin, which the official images of CoreDNS do not have. Remove it`,
		}},

		// Plugins.
		{name: "misspelt plugin", text: "a.org {\n forwrad . 10.0.0.1\n}\n", want: []string{
			`2:2-9 error unknown-plugin: unknown plugin "forwrad"; did you mean "forward"? [forward]`,
		}},
		{name: "near to what is refused", text: "a.org {\n onn\n}\n", want: []string{
			`2:2-5 error unknown-plugin: unknown plugin "onn". Every line of a server block starts with a plugin; the properties of a plugin go in its own braces`,
		}},
		{name: "near to a plugin of a later release", release: "1.14.6", text: "a.org {\n shedd\n}\n", want: []string{
			`2:2-7 error unknown-plugin: unknown plugin "shedd". Every line of a server block starts with a plugin; the properties of a plugin go in its own braces`,
		}},
		{name: "plugin in another case", text: "a.org {\n Log\n}\n", want: []string{
			`2:2-5 error unknown-plugin: unknown plugin "Log"; did you mean "log"? [log]`,
		}},
		{name: "no plugin's name is near", text: "a.org {\n nothingnear\n}\n", want: []string{
			`2:2-13 error unknown-plugin: unknown plugin "nothingnear". Every line of a server block starts with a plugin; the properties of a plugin go in its own braces`,
		}},
		{name: "no blank before the brace", text: "a.org {\n hosts{\n 1.2.3.4 a\n }\n}\n", want: []string{
			`2:2-8 error unknown-plugin: unknown plugin "hosts{". Put a space before the "{" [hosts {]`,
		}},
		{name: "plugin that was removed", text: "a.org {\n proxy . 10.0.0.1\n federation x\n}\n", want: []string{
			`2:2-7 error unknown-plugin: plugin "proxy" was removed in CoreDNS 1.5.0. Use "forward" [forward]`,
			`3:2-12 error unknown-plugin: plugin "federation" was removed in CoreDNS 1.7.0. Remove it`,
		}},
		{name: "server block inside of another", text: "a.org {\n b.org {\n  log\n }\n}\n", want: []string{
			`2:2-7 error unknown-plugin: unknown plugin "b.org": server blocks cannot be nested. Close the block of "a.org" above this line`,
		}},
		{name: "property outside of its plugin's braces", text: "a.org {\n ttl 30\n}\n", want: []string{
			`2:2-5 error unknown-plugin: unknown plugin "ttl". Every line of a server block starts with a plugin; the properties of a plugin go in its own braces`,
		}},
		{name: "plugin that came with a later release", release: "1.14.0", text: "a.org {\n siit\n}\n", want: []string{
			`2:2-6 error unavailable-plugin: CoreDNS 1.14.0 has no plugin "siit": it came with CoreDNS 1.15.0. Remove it or update CoreDNS first`,
		}},
		{name: "plugin that node-cache does not hold", release: "node-cache", text: "a.org {\n acl\n siit\n}\n", want: []string{
			`2:2-5 error unavailable-plugin: node-cache 1.26.7 has no plugin "acl". It has bind, bufsize, cache, debug, dns64, dnstap, errors, forward, health, hosts, loadbalance, log, loop, metadata, pprof, prometheus, reload, rewrite, template, trace, whoami. Remove it`,
			`3:2-6 error unavailable-plugin: node-cache 1.26.7 has no plugin "siit". It has bind, bufsize, cache, debug, dns64, dnstap, errors, forward, health, hosts, loadbalance, log, loop, metadata, pprof, prometheus, reload, rewrite, template, trace, whoami. Remove it`,
		}},
		{name: "plugin that runs commands", text: "a.org {\n on startup reboot\n}\n", want: []string{
			`2:2-4 error runs-commands: "on" runs commands inside the DNS server, which is not allowed here. Remove it`,
		}},
		{name: "plugin from the environment", text: "a.org {\n {$PLUGIN} x\n}\n", want: []string{
			`2:2-11 warning environment-reference: the plugin depends on environment variables of the server's pod ("PLUGIN"), so it was not checked`,
		}},
		{name: "plugin from the environment before one of which only the first use counts", text: "a.org {\n {$PLUGIN}\n etcd {\n  watch\n }\n}\n", want: []string{
			`2:2-11 warning environment-reference: the plugin depends on environment variables of the server's pod ("PLUGIN"), so it was not checked`,
		}},

		// Zones.
		{name: "what follows an import from the environment", text: "a.org {\n bogus\n import {$X}\n bogus\n}\na.org {\n on startup x\n}\n", want: []string{
			`2:2-7 error unknown-plugin: unknown plugin "bogus". Every line of a server block starts with a plugin; the properties of a plugin go in its own braces`,
			`3:9-13 warning environment-reference: the import depends on environment variables of the server's pod ("X"), so it was not checked. It may change how the rest is read, so an error in that is only a warning`,
			`4:2-7 warning unknown-plugin: unknown plugin "bogus". Every line of a server block starts with a plugin; the properties of a plugin go in its own braces`,
			`6:1-6 warning zone-already-served: "a.org" on port 53 is already served by "a.org" on line 1. Use a more specific zone or merge the two blocks`,
			`7:2-4 error runs-commands: "on" runs commands inside the DNS server, which is not allowed here. Remove it`,
		}},
		{name: "zone from the environment", text: "{$ZONE} a.org {\n}\n", want: []string{
			`1:1-8 warning environment-reference: the zone depends on environment variables of the server's pod ("ZONE"), so it was not checked`,
		}},
		{name: "not a zone", text: "a..b .a {\n}\n", want: []string{
			`1:1-5 error invalid-zone: "a..b" is not a zone: a domain name has no two dots in a row. Remove one`,
			`1:6-8 error invalid-zone: ".a" is not a zone: a domain name does not start with a dot. Remove it`,
		}},
		{name: "port out of range", text: "a.org:65536 {\n}\n", want: []string{
			`1:1-12 error invalid-port: port "65536" of "a.org:65536" is out of range. Choose one from 1 to 65535`,
		}},
		{name: "block without a zone", text: "{\n log\n}\n", want: []string{
			`2:2-5 warning zoneless-block: this server block names no zone, so CoreDNS ignores it. Write the zone before its "{"`,
		}},
		{name: "empty block without a zone", text: "{\n}\n"},
		{name: "no blank between zone and brace", text: "a.org{\n log\n}\n", want: []string{
			`1:1-7 warning suspicious-zone: CoreDNS reads "a.org{" as a zone name, which no query matches. Put a space before the "{"`,
		}},
		{name: "unknown transport", text: "http://a.org udp://b.org DNS://c.org {\n}\n", want: []string{
			`1:1-13 warning suspicious-zone: CoreDNS reads "http://a.org" as a zone name, which no query matches. The transports are dns, tls, quic, grpc, https, https3 and unix, in lower case. Use one of them or none`,
			`1:14-25 warning suspicious-zone: CoreDNS reads "udp://b.org" as a zone name, which no query matches. The transports are dns, tls, quic, grpc, https, https3 and unix, in lower case. Use one of them or none`,
			`1:26-37 warning suspicious-zone: CoreDNS reads "DNS://c.org" as a zone name, which no query matches. The transports are dns, tls, quic, grpc, https, https3 and unix, in lower case. Use one of them or none`,
		}},
		{name: "wildcard", text: "*.a.org {\n}\n", want: []string{
			`1:1-8 warning suspicious-zone: CoreDNS reads "*.a.org" as a zone name, which no query matches. A zone already contains every name below it: remove the "*."`,
		}},
		{name: "comma without a blank", text: "a.org,b.org {\n}\n", want: []string{
			`1:1-12 warning suspicious-zone: CoreDNS reads "a.org,b.org" as a zone name, which no query matches. Put a space after the comma between two zones`,
		}},
		{name: "path", text: "a.org/b {\n}\n", want: []string{
			`1:1-8 warning suspicious-zone: CoreDNS reads "a.org/b" as a zone name, which no query matches. A zone has no path: remove it`,
		}},
		{name: "network with a bad mask", text: "10.0.0.0/33 10.0.0/8 {\n}\n", want: []string{
			`1:1-12 warning suspicious-zone: CoreDNS reads "10.0.0.0/33" as a zone name, which no query matches. Write a network like "10.0.0.0/8" or "2001:db8::/32"`,
			`1:13-21 warning suspicious-zone: CoreDNS reads "10.0.0/8" as a zone name, which no query matches. Write a network like "10.0.0.0/8" or "2001:db8::/32"`,
		}},
		{name: "name of a port", text: "a.org:dns {\n}\n", want: []string{
			`1:1-10 warning suspicious-zone: CoreDNS reads "a.org:dns" as a zone name, which no query matches. Write the port as a number`,
		}},
		{name: "address", text: "10.0.0.1 2001:db8::1 {\n}\n", want: []string{
			`1:1-9 warning suspicious-zone: CoreDNS reads "10.0.0.1" as a zone name, which no query matches. For the reverse zone of an address, write a network such as "10.0.0.1/32" or "2001:db8::1/128"`,
			`1:10-21 warning suspicious-zone: CoreDNS reads "2001:db8:" as a zone name, which no query matches. For the reverse zone of an address, write a network such as "10.0.0.1/32" or "2001:db8::1/128"`,
		}},

		// What is served twice.
		{name: "zone in two blocks", text: "a.org {\n}\na.org {\n}\n", want: []string{
			`3:1-6 error zone-already-served: "a.org" on port 53 is already served by "a.org" on line 1. Use a more specific zone or merge the two blocks`,
		}},
		{name: "zone twice in one block", text: "a.org a.org. {\n}\n", want: []string{
			`1:7-13 error zone-already-served: "a.org." on port 53 is already served by "a.org" on line 1. Remove one of the two`,
		}},
		{name: "zone in another case", text: "a.org {\n}\nA.ORG {\n}\n", want: []string{
			`3:1-6 error zone-already-served: "A.ORG" on port 53 is already served by "a.org" on line 1. Use a more specific zone or merge the two blocks`,
		}},
		{name: "zone in another case before 1.14.7", release: "1.14.6", text: "a.org {\n}\nA.ORG {\n}\n"},
		{name: "zone of the server's own Corefile", text: ".:53 {\n}\n", want: []string{
			`1:1-5 error zone-already-served: ".:53" on port 53 is already served in base. Use a more specific zone`,
		}},
		{name: "zone of the server's own Corefile, without a port", text: "a.org . {\n}\n", want: []string{
			`1:7-8 error zone-already-served: "." on port 53 is already served in base. Use a more specific zone`,
		}},
		{name: "zone of the server's own Corefile on another port", text: ".:5353 {\n}\n"},
		{name: "subzone", text: "a.org {\n}\nb.a.org {\n}\n"},
		{name: "zone on other ports and transports", text: "a.org a.org:54 tls://a.org https://a.org https3://a.org grpc://a.org quic://a.org {\n}\n"},
		{name: "transports with their default ports", text: "tls://a.org {\n}\ntls://a.org:853 {\n}\n", want: []string{
			`3:1-16 error zone-already-served: "tls://a.org:853" on port 853 is already served by "tls://a.org" on line 1. Use a more specific zone or merge the two blocks`,
		}},
		{name: "networks that overlap", text: "10.0.0.0/15 {\n}\n1.10.in-addr.arpa {\n}\n", want: []string{
			`3:1-18 error zone-already-served: "1.10.in-addr.arpa" on port 53 is already served by "10.0.0.0/15" on line 1. Use a more specific zone or merge the two blocks`,
		}},
		{name: "networks that hold one another", text: "10.0.0.0/8 {\n}\n10.1.0.0/16 {\n}\n"},
		{name: "zone on different addresses", text: "a.org {\n bind 10.0.0.1\n}\na.org {\n bind 10.0.0.2\n}\n"},
		{name: "zone on one address", text: "a.org {\n bind 10.0.0.1 10.0.0.2\n}\na.org {\n bind 10.0.0.3\n bind 10.0.0.2\n}\n", want: []string{
			`4:1-6 error zone-already-served: "a.org" on port 53 is already served by "a.org" on line 1. Use a more specific zone or merge the two blocks`,
		}},
		{name: "address twice in one block", text: "a.org {\n bind 10.0.0.1 10.0.0.1\n}\n", want: []string{
			`1:1-6 error zone-already-served: "a.org" is served twice on 10.0.0.1. Name the address once in bind`,
		}},
		{name: "address of an interface that every pod has", text: "a.org {\n bind lo\n}\na.org {\n bind 127.0.0.1\n}\n", want: []string{
			`4:1-6 error zone-already-served: "a.org" on port 53 is already served by "a.org" on line 1. Use a more specific zone or merge the two blocks`,
		}},
		{name: "dnstap on the port of a block", text: "a.org:6000 {\n dnstap listen tcp://127.0.0.1:6000\n}\nquic://a.org:6001 {\n dnstap listen tcp://:6001\n}\na.org:6002 {\n bind 127.0.0.1\n dnstap listen tcp://127.0.0.2:6002\n}\na.org:6003 {\n dnstap listen tcp://10.0.0.1:6003\n}\n", want: []string{
			`2:16-36 error conflicting-settings: dnstap: it listens on port 6000 first, so the server block on that port cannot, and the server does not start. Choose another port for dnstap`,
			`12:16-35 warning conflicting-settings: dnstap: it listens on port 6003 first, so the server block on that port cannot, and the server does not start. Choose another port for dnstap`,
		}},
		{name: "a port that nothing listens on", text: "a.org:65536 {\n bind 10.0.0.1 {\n  except 10.0.0.1\n }\n}\nunix://a.org:65536 {\n}\n", want: []string{
			`1:1-12 warning invalid-port: port "65536" of "a.org:65536" is out of range. Choose one from 1 to 65535`,
			`6:1-19 error invalid-port: port "65536" of "unix://a.org:65536" is out of range. Choose one from 1 to 65535`,
		}},
		{name: "a port that perhaps nothing listens on", text: "a.org:65536 {\n bind eth0 {\n  except 10.0.0.1\n }\n}\n", want: []string{
			`1:1-12 warning invalid-port: port "65536" of "a.org:65536" is out of range, and the server starts only if except removes every address in its pod. Choose one from 1 to 65535`,
		}},
		{name: "loop where nothing listens", text: "a.org {\n loop\n bind 10.0.0.1 {\n  except 10.0.0.1\n }\n}\n", release: "1.12.4", want: []string{
			`2:2-6 error conflicting-settings: loop: except of bind removes every address of this block, and then loop makes the server panic. Bind another address`,
		}},
		{name: "loop where nothing listens, since 1.13.0", text: "a.org {\n loop\n bind 10.0.0.1 {\n  except 10.0.0.1\n }\n}\n", release: "1.13.0"},
		{name: "an address that a variable may except", text: "a.org {\n bind 127.0.0.1\n bind 127.0.0.1 {\n  except {$IP}\n }\n}\n", want: []string{
			`1:1-6 warning zone-already-served: "a.org" is served twice on 127.0.0.1, unless except takes one away in the server's pod; Corewarden cannot check this. Name the address once in bind`,
			`4:10-15 warning environment-reference: bind: the value depends on environment variables of the server's pod ("IP"), so it was not checked`,
		}},
		{name: "address that is excepted", text: "a.org {\n bind 10.0.0.1\n}\na.org {\n bind 10.0.0.1 10.0.0.2 {\n  except 10.0.0.1\n }\n}\n"},
		{name: "address that may be excepted", text: "a.org {\n bind 10.0.0.1\n}\na.org {\n bind 10.0.0.1 {\n  except eth0\n }\n}\n", want: []string{
			`4:1-6 warning zone-already-served: "a.org" on port 53 is already served by "a.org" on line 1. The server starts only if except takes "10.0.0.1" away in its pod; Corewarden cannot check this. Bind other addresses`,
		}},

		// Interfaces, whose addresses only the pod knows.
		{name: "two interfaces, or an interface and an address", text: "a.org {\n bind eth0\n}\na.org {\n bind eth1\n}\na.org {\n bind 10.0.0.1\n}\n"},
		{name: "one interface in two blocks", text: "a.org {\n bind eth0\n}\na.org {\n bind eth0\n}\n", want: []string{
			`4:1-6 error zone-already-served: "a.org" on port 53 is already served by "a.org" on line 1. Use a more specific zone or merge the two blocks`,
		}},
		{name: "one interface twice", text: "a.org {\n bind eth0 lo eth0\n}\n", want: []string{
			`1:1-6 error zone-already-served: "a.org" is served twice on eth0. Name the address once in bind`,
		}},
		{name: "an interface in two uses of bind", text: "a.org {\n bind eth0\n bind eth0\n}\n", want: []string{
			`1:1-6 error zone-already-served: "a.org" is served twice on eth0. Name the address once in bind`,
		}},
		{name: "an interface with all but some addresses, twice", text: "a.org {\n bind eth0\n}\na.org {\n bind eth0 {\n  except 10.0.0.1\n }\n}\n", want: []string{
			`4:1-6 warning zone-already-served: "a.org" on port 53 is already served by "a.org" on line 1. The server starts only if except takes "eth0" away in its pod; Corewarden cannot check this. Bind other addresses`,
		}},
		{name: "an interface that is excepted", text: "a.org {\n bind eth0\n}\na.org {\n bind eth0 lo {\n  except eth0\n }\n}\n"},
		{name: "everywhere and on an interface", text: ".:53 {\n bind eth0\n}\n", want: []string{
			`1:1-5 error zone-overlap: ".:53" on port 53 is already served in base, and only one of the two blocks listens on every address. Use a more specific zone`,
		}},
		{name: "everywhere and on an interface that may have nothing left", text: ".:53 {\n bind eth0 {\n  except 10.0.0.1\n }\n}\n", want: []string{
			`1:1-5 warning zone-already-served: ".:53" on port 53 is already served in base. The server starts only if except takes "eth0" away in its pod; Corewarden cannot check this. Bind other addresses`,
		}},
		{name: "the interface of node-cache in two blocks", text: "a.org {\n bind nodelocaldns\n}\na.org {\n bind 169.254.20.10\n}\n", want: []string{
			`4:1-6 error zone-already-served: "a.org" on port 53 is already served by "a.org" on line 1. Use a more specific zone or merge the two blocks`,
		}},
		{name: "an environment variable in two blocks", text: "a.org {\n bind {$IP}\n}\na.org {\n bind {$IP}\n}\n", want: []string{
			`2:7-12 warning environment-reference: bind: the value depends on environment variables of the server's pod ("IP"), so it was not checked`,
			`4:1-6 error zone-already-served: "a.org" on port 53 is already served by "a.org" on line 1. Use a more specific zone or merge the two blocks`,
			`5:7-12 warning environment-reference: bind: the value depends on environment variables of the server's pod ("IP"), so it was not checked`,
		}},

		// Blocks without a zone, of which CoreDNS reads the names of plugins alone.
		{name: "no zone", text: "{\n errors a b c\n}\n", want: []string{
			`2:2-8 warning zoneless-block: this server block names no zone, so CoreDNS ignores it. Write the zone before its "{"`,
		}},
		{name: "no zone, and a plugin that the newest node-cache does not read", release: "node-cache head", text: "{\n tls a b\n}\n", want: []string{
			`2:2-5 error unavailable-plugin: node-cache head has no plugin "tls". It has bind, bufsize, cache, debug, dns64, errors, forward, health, hosts, loadbalance, log, loop, pprof, prometheus, reload, rewrite, template, timeouts, trace, whoami. Remove it`,
			`2:2-5 warning zoneless-block: this server block names no zone, so CoreDNS ignores it. Write the zone before its "{"`,
		}},
		{name: "no zone, and a plugin that node-cache lacks", release: "node-cache", text: "{\n tls a b\n}\n", want: []string{
			`2:2-5 warning zoneless-block: this server block names no zone, so CoreDNS ignores it. Write the zone before its "{"`,
		}},
		{name: "no zone, and a plugin that is too new", release: "1.13.1", text: "{\n siit\n}\n", want: []string{
			`2:2-6 error unavailable-plugin: CoreDNS 1.13.1 has no plugin "siit": it came with CoreDNS 1.15.0. Remove it or update CoreDNS first`,
			`2:2-6 warning zoneless-block: this server block names no zone, so CoreDNS ignores it. Write the zone before its "{"`,
		}},
		{name: "no zone, and no plugin", text: "{\n nothingnear\n}\n", want: []string{
			`2:2-13 error unknown-plugin: unknown plugin "nothingnear". Every line of a server block starts with a plugin; the properties of a plugin go in its own braces`,
			`2:2-13 warning zoneless-block: this server block names no zone, so CoreDNS ignores it. Write the zone before its "{"`,
		}},

		{name: "everywhere and on an address", text: "a.org {\n}\na.org {\n bind 10.0.0.1\n}\n", want: []string{
			`3:1-6 error zone-overlap: "a.org" on port 53 is already served by "a.org" on line 1, and only one of the two blocks listens on every address. Give both a bind or neither`,
		}},
		{name: "on an address and everywhere", text: "a.org {\n bind 10.0.0.1\n}\na.org {\n}\n", want: []string{
			`4:1-6 error zone-overlap: "a.org" on port 53 is already served by "a.org" on line 1, and only one of the two blocks listens on every address. Give both a bind or neither`,
		}},
		{name: "on an address and everywhere, in the base", text: ".:53 {\n bind 10.0.0.1\n}\n", want: []string{
			`1:1-5 error zone-overlap: ".:53" on port 53 is already served in base, and only one of the two blocks listens on every address. Use a more specific zone`,
		}},

		// Views.
		{name: "a plugin that may be view", text: "a.org {\n}\na.org {\n {$X}iew v\n}\n", want: []string{
			`3:1-6 warning zone-already-served: "a.org" on port 53 is already served by "a.org" on line 1. The server starts only if the environment names bind or view there; Corewarden cannot check this. Use another zone`,
			`4:2-9 warning environment-reference: the plugin depends on environment variables of the server's pod ("X"), so it was not checked`,
		}},
		{name: "view before the block without", text: "a.org {\n view v {\n  expr true\n }\n}\na.org {\n}\n"},
		{name: "view after the block without", text: "a.org {\n}\na.org {\n view v {\n  expr true\n }\n}\n"},
		{name: "view before the block without, before 1.14.3", release: "1.14.2", text: "a.org {\n view v {\n  expr true\n }\n}\na.org {\n}\n"},
		{name: "view after the block without, before 1.14.3", release: "1.14.2", text: "a.org {\n}\na.org {\n view v {\n  expr true\n }\n}\n", want: []string{
			`3:1-6 error zone-already-served: "a.org" on port 53 is already served by "a.org" on line 1, without a view. Put the block without a view last: CoreDNS before 1.14.3 needs that`,
		}},
		{name: "two views of a socket", text: "unix://a.org {\n view v {\n  expr true\n }\n}\nunix://a.org {\n view w {\n  expr true\n }\n}\n", want: []string{
			`6:1-13 error zone-already-served: "unix://a.org" on port  is already served by "unix://a.org" on line 1. Use a more specific zone or merge the two blocks`,
		}},
		{name: "two views", text: "a.org {\n view v {\n  expr true\n }\n}\na.org {\n view w {\n  expr true\n }\n}\n"},
		{name: "view on an address of a block that is everywhere", text: "a.org {\n}\na.org {\n bind 10.0.0.1\n view v {\n  expr true\n }\n}\n", want: []string{
			`3:1-6 error zone-overlap: "a.org" on port 53 is already served by "a.org" on line 1, and only one of the two blocks listens on every address. Give both a bind or neither`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := Server{Name: "the server", Pod: reader.Pod{Interfaces: map[string][]string{"nodelocaldns": {"169.254.20.10"}}}}
			switch test.release {
			case "":
				s.Release = coreDNS(t, "1.15.0")
			case "node-cache":
				s.Release = nodeCache(t, "1.26.7")
			case "node-cache head":
				s.Release = nodeCache(t, "head")
			default:
				s.Release = coreDNS(t, test.release)
			}
			if got := judge(t, test.text, s); !slices.Equal(got, test.want) {
				t.Errorf("problems:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

func TestKeysThatClashInManyZonesAreToldOnce(t *testing.T) {
	t.Parallel()
	server := Server{Name: "the server", Release: coreDNS(t, "1.15.0")}
	for _, test := range []struct{ name, text, want string }{
		{
			"the same network", "10.0.0.0/9 {\n}\n10.0.0.0/9 {\n}\n",
			`3:1-11 error zone-already-served: "10.0.0.0/9" on port 53 is already served by "10.0.0.0/9" on line 1. Use a more specific zone or merge the two blocks`,
		},
		{
			"networks that overlap", "10.0.0.0/9 {\n}\n10.0.0.0/10 {\n}\n",
			`3:1-12 error zone-already-served: "10.0.0.0/10", which contains zone "0.10.in-addr.arpa", on port 53 is already served by "10.0.0.0/9" on line 1. Use a more specific zone or merge the two blocks`,
		},
		{
			"a network on addresses", "10.0.0.0/9 {\n}\n10.0.0.0/9 {\n bind 10.0.0.1 10.0.0.2\n}\n",
			`3:1-11 error zone-overlap: "10.0.0.0/9" on port 53 is already served by "10.0.0.0/9" on line 1, and only one of the two blocks listens on every address. Give both a bind or neither`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := judge(t, test.text, server); !slices.Equal(got, []string{test.want}) {
				t.Errorf("problems:\n%s\nwant:\n%s", strings.Join(got, "\n"), test.want)
			}
		})
	}
}

// TestNoZoneAtAll is about a server that starts on what it brings along.
func TestNoZoneAtAll(t *testing.T) {
	t.Parallel()
	problems := Judge(corefile.Configuration{Main: corefile.File{Name: "Corefile", Text: "{\n errors\n}\n{\n log\n}\n"}},
		Server{Name: "the server", Release: coreDNS(t, "1.15.0"), Port: "1053"})
	const want = `no server block names a zone, so CoreDNS ignores this text and answers every query on port 1053 with the address of the client. Write a zone before the "{"`
	if len(problems) != 2 || problems[0].Rule != RuleDefaultServer || problems[0].Severity != corefile.Warning || problems[0].Message != want {
		t.Errorf("problems = %+v, want %q of each block", problems, want)
	}
}

func TestBraceAtTheEndIsAZone(t *testing.T) {
	t.Parallel()
	problems := Judge(corefile.Configuration{Main: corefile.File{Name: "Corefile", Text: "a.org {\n}\n}\n"}},
		Server{Name: "the server", Release: coreDNS(t, "1.15.0")})
	const want = `CoreDNS reads "}" as a zone name, which no query matches. This "}" closes nothing: remove it`
	if len(problems) != 1 || problems[0].Rule != RuleSuspiciousZone || problems[0].Line != 3 || problems[0].Message != want {
		t.Errorf("problems = %+v, want only %q in line 3", problems, want)
	}
}

func TestOnlyTheFirstFiftyOfEachSeverityAreReported(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, zone, severity string }{
		{"errors", "a..%d ", "error"},
		{"warnings", "*.%d ", "warning"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var text strings.Builder
			for i := range 60 {
				fmt.Fprintf(&text, test.zone, i)
			}
			problems := Judge(corefile.Configuration{Main: corefile.File{Name: "Corefile", Text: text.String() + "{\n}\n"}},
				Server{Name: "the server", Release: coreDNS(t, "1.15.0")})
			if len(problems) != 51 {
				t.Fatalf("got %d problems, want 50 and one that says that there are more", len(problems))
			}
			last := problems[50]
			if last.Rule != corefile.RuleMoreProblems || string(last.Severity) != test.severity || last.File != "" || !strings.HasPrefix(last.Message, "at least ") {
				t.Errorf("the last problem is %+v", last)
			}
		})
	}
}
