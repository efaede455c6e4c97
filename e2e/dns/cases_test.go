package dns_test

import "strings"

// A bundle is the content of a ConfigMap and what becomes of it, beside the base
// Corefiles of MetaKube.
type bundle struct {
	name string
	keys map[string]string
	// ask is a name of the user's zones that every server has to answer, or "" where
	// what starts serves nothing that is worth asking for.
	ask string
	// port is where to ask; 53 by default.
	port string
	// refusedBy are the workloads whose server does not start.
	refusedBy workloads
}

// workloads are names of workloads.
type workloads []string

var (
	coreDNS      = workloads{"coredns"}
	nodeLocalDNS = workloads{"node-local-dns"}
	both         = workloads{"coredns", "node-local-dns"}
)

// corefiles are the keys a.Corefile, b.Corefile and so on.
func corefiles(texts ...string) map[string]string {
	keys := map[string]string{}
	for i, text := range texts {
		keys[string(rune('a'+i))+".Corefile"] = text
	}
	return keys
}

// bundles returns every case, by topic. The plugin whoami answers every name of its zone
// and needs no other server.
func bundles() map[string][]bundle {
	return map[string][]bundle{
		"zones":    zones(),
		"blocks":   blocks(),
		"files":    files(),
		"snippets": snippets(),
		"imports":  imports(),
		"plugins":  plugins(),
		"text":     text(),
	}
}

func zones() []bundle {
	return []bundle{
		{name: "one zone", keys: corefiles("example.org {\n whoami\n}\n"), ask: "a.example.org"},
		{name: "two zones, one block", keys: corefiles("example.org example.net {\n whoami\n}\n"), ask: "a.example.net"},
		{name: "a comma and a line break between zones", keys: corefiles("example.org,\nexample.net {\n whoami\n}\n"), ask: "a.example.net"},
		{name: "a comma and no zone after it", keys: corefiles("example.org, {\n whoami\n}\n"), refusedBy: both},
		{name: "a zone below another", keys: corefiles("example.org {\n whoami\n}\na.example.org {\n whoami\n}\n"), ask: "b.a.example.org"},
		{name: "the root zone on a port of its own", keys: corefiles(".:5353 {\n whoami\n}\n"), ask: "a.example.org", port: "5353"},
		{name: "the root zone, which the base serves", keys: corefiles(". {\n whoami\n}\n"), refusedBy: both},
		{name: "a wildcard is the name of a zone", keys: corefiles("*.example.org {\n whoami\n}\n"), ask: "a.*.example.org"},
		{name: "a zone that starts with a dot", keys: corefiles(".example.org {\n whoami\n}\n"), refusedBy: both},
		{name: "a zone with two dots in a row", keys: corefiles("example..org {\n whoami\n}\n"), refusedBy: both},
		{name: "a label of 63 characters", keys: corefiles(strings.Repeat("a", 63) + ".org {\n whoami\n}\n"), ask: strings.Repeat("a", 63) + ".org"},
		{name: "a label of 64 characters", keys: corefiles(strings.Repeat("a", 64) + ".org {\n whoami\n}\n"), refusedBy: both},
		{name: "a name of 257 characters", keys: corefiles(strings.Repeat("abcd.", 51) + "ab {\n whoami\n}\n"), refusedBy: both},

		{name: "a port", keys: corefiles("example.org:5353 {\n whoami\n}\n"), ask: "a.example.org", port: "5353"},
		{name: "a port that is out of range", keys: corefiles("example.org:70000 {\n whoami\n}\n"), refusedBy: both},
		{name: "a negative port", keys: corefiles("example.org:-1 {\n whoami\n}\n"), refusedBy: both},
		{name: "a port and no zone", keys: corefiles(":5353 {\n whoami\n}\n"), refusedBy: both},
		{name: "a colon and no port", keys: corefiles("example.org: {\n whoami\n}\n"), refusedBy: both},
		{name: "a port's name is a part of the zone's", keys: corefiles("example.org:dns {\n whoami\n}\n")},

		{name: "the transport dns", keys: corefiles("dns://example.org {\n whoami\n}\n"), ask: "a.example.org"},
		{name: "the other transports", keys: corefiles("tls://example.org grpc://example.org https://example.org:8443 {\n whoami\n}\n")},
		{name: "a transport that does not exist is a part of the zone's name", keys: corefiles("udp://example.org {\n whoami\n}\n")},
		{name: "a transport and no zone", keys: corefiles("dns:// {\n whoami\n}\n"), refusedBy: both},

		{name: "the reverse zone of a network", keys: corefiles("192.0.2.0/24 {\n whoami\n}\n"), ask: "7.2.0.192.in-addr.arpa"},
		{name: "a network with the address of a host", keys: corefiles("192.0.2.7/24 {\n whoami\n}\n"), ask: "7.2.0.192.in-addr.arpa"},
		{name: "a network that is two reverse zones", keys: corefiles("198.18.0.0/15 {\n whoami\n}\n"), ask: "1.1.19.198.in-addr.arpa"},
		{name: "a network that is 128 reverse zones", keys: corefiles("192.0.2.0/25 {\n whoami\n}\n"), ask: "127.2.0.192.in-addr.arpa"},
		{name: "an IPv6 network", keys: corefiles("2001:db8::/32 {\n whoami\n}\n"), ask: "1.8.b.d.0.1.0.0.2.ip6.arpa"},
		{name: "an IPv6 network that starts with a colon", keys: corefiles("::/1 {\n whoami\n}\n"), refusedBy: both},
		{name: "a network and a network in it", keys: corefiles("10.0.0.0/15 {\n whoami\n}\n10.1.0.0/16 {\n whoami\n}\n"), refusedBy: both},
		{name: "a mask that is too long is a part of the zone's name", keys: corefiles("192.0.2.0/33 {\n whoami\n}\n")},

		{name: "a zone twice", keys: corefiles("example.org {\n whoami\n}\nexample.org {\n whoami\n}\n"), refusedBy: both},
		{name: "a zone twice in one line", keys: corefiles("example.org example.org {\n whoami\n}\n"), refusedBy: both},
		{name: "a zone twice, once with its port", keys: corefiles("example.org {\n whoami\n}\nexample.org:53 {\n whoami\n}\n"), refusedBy: both},
		{name: "a zone twice, once with its final dot", keys: corefiles("example.org {\n whoami\n}\nexample.org. {\n whoami\n}\n"), refusedBy: both},
		{name: "a zone twice, once with its transport", keys: corefiles("example.org {\n whoami\n}\ndns://example.org {\n whoami\n}\n"), refusedBy: both},
		{name: "a zone twice, once in capitals, which node-cache keeps apart", keys: corefiles("example.org {\n whoami\n}\nExample.org {\n whoami\n}\n"), refusedBy: coreDNS},
		{name: "a zone on two ports", keys: corefiles("example.org {\n whoami\n}\nexample.org:5353 {\n whoami\n}\n"), ask: "a.example.org", port: "5353"},
		{name: "a zone over two transports", keys: corefiles("example.org {\n whoami\n}\ntls://example.org:53 {\n whoami\n}\n")},
		{name: "a zone on two addresses", keys: corefiles("example.org {\n bind 127.0.0.1\n whoami\n}\nexample.org {\n bind 127.0.0.2\n whoami\n}\n"), ask: "a.example.org"},
		{name: "a zone twice on one address", keys: corefiles("example.org {\n bind 127.0.0.1\n whoami\n}\nexample.org {\n bind 127.0.0.1\n whoami\n}\n"), refusedBy: both},
		{name: "a zone on one address and on all", keys: corefiles("example.org {\n bind 127.0.0.1\n whoami\n}\nexample.org {\n whoami\n}\n"), refusedBy: both},
	}
}

func blocks() []bundle {
	return []bundle{
		{name: "the brace on the next line", keys: corefiles("example.org\n{\n whoami\n}\n"), ask: "a.example.org"},
		{name: "no blank before the brace makes that a part of the zone's name", keys: corefiles("example.org{\n whoami\n}\n")},
		{name: "a block on one line", keys: corefiles("example.org { whoami }\n"), refusedBy: both},
		{name: "a brace that closes behind a directive", keys: corefiles("example.org {\n whoami }\n"), refusedBy: both},
		{name: "no braces, so the base becomes part of the block", keys: corefiles("example.org\nwhoami\n"), refusedBy: both},
		{name: "an empty block", keys: corefiles("example.org {\n}\n")},
		{name: "a block without a zone is ignored", keys: corefiles("{\n whoami\n}\n")},
		{name: "a block in a block", keys: corefiles("example.org {\n whoami\n a.example.org {\n  whoami\n }\n}\n"), refusedBy: both},
		{name: "a block that is not closed", keys: corefiles("example.org {\n whoami\n"), refusedBy: both},
		{name: "properties that are not closed", keys: corefiles("example.org {\n whoami\n hosts {\n  192.0.2.7 a.example.org\n}\n"), refusedBy: both},
		{name: "a brace too many", keys: corefiles("example.org {\n whoami\n}\n}\n"), refusedBy: both},
		{name: "a zone and nothing else", keys: corefiles("example.org\n"), refusedBy: both},
		{name: "a comma at the end, and the base's block is shared", keys: corefiles("example.org,\n")},
	}
}

func files() []bundle {
	const block = "example.org {\n whoami\n}\n"
	return []bundle{
		{name: "no key"},
		{name: "an empty key", keys: corefiles("")},
		{name: "a file each", keys: corefiles(block, "example.net {\n whoami\n}\n"), ask: "a.example.net"},
		{name: "a zone in two files", keys: corefiles(block, block), refusedBy: both},
		{name: "a block over two files", keys: corefiles("example.org {\n whoami\n", "}\n"), ask: "a.example.org"},
		{name: "a block that stays open into the next file", keys: corefiles("example.net {\n whoami\n", block), refusedBy: both},
		{name: "a comma that joins the next file", keys: corefiles("example.net,\n", block), ask: "a.example.net"},
		{name: "a key with another name is renamed", keys: map[string]string{"example.org": block}, ask: "a.example.org"},
		{name: "a key in small letters is renamed", keys: map[string]string{"my.corefile": block}, ask: "a.example.org"},
		{name: "a hidden file", keys: map[string]string{".Corefile": block}, ask: "a.example.org"},
		{name: "a name that runs into Corefile", keys: map[string]string{"myCorefile": block}, ask: "a.example.org"},
	}
}

func snippets() []bundle {
	const snippet, block = "(answer) {\n whoami\n}\n", "example.org {\n import answer\n}\n"
	return []bundle{
		{name: "a snippet", keys: corefiles(snippet + block), ask: "a.example.org"},
		{name: "a snippet for two zones", keys: corefiles(snippet + block + "example.net {\n import answer\n}\n"), ask: "a.example.net"},
		{name: "a snippet in an earlier file", keys: corefiles(snippet, block), ask: "a.example.org"},
		{name: "a snippet in a later file", keys: corefiles(block, snippet), refusedBy: both},
		{name: "a snippet in a snippet", keys: corefiles(snippet + "(more) {\n import answer\n errors\n}\nexample.org {\n import more\n}\n"), ask: "a.example.org"},
		{name: "a snippet that holds a server block", keys: corefiles("(all) {\n example.org {\n  whoami\n }\n}\nimport all\n"), ask: "a.example.org"},
		{name: "a snippet that nobody imports", keys: corefiles("(unused) {\n what ever\n}\nexample.org {\n whoami\n}\n"), ask: "a.example.org"},
		{name: "a snippet that is declared twice", keys: corefiles(snippet + snippet), refusedBy: both},
		{name: "a snippet that is declared in two files", keys: corefiles(snippet, snippet), refusedBy: both},
		{name: "a snippet that imports itself", keys: corefiles("(answer) {\n import answer\n}\n" + block), refusedBy: both},
		{name: "snippets that import each other", keys: corefiles("(answer) {\n import more\n}\n(more) {\n import answer\n}\n" + block), refusedBy: both},
		{name: "a snippet that is not closed", keys: corefiles("(answer) {\n whoami\n"), refusedBy: both},
		{name: "a snippet without a block", keys: corefiles("(answer)\nwhoami\n"), refusedBy: both},
	}
}

func imports() []bundle {
	importing := func(line string) map[string]string {
		return map[string]string{"Corefile": "example.org {\n " + line + "\n}\n", "names.conf": "whoami\n"}
	}
	return []bundle{
		{name: "a file of the bundle", keys: importing("import names.conf"), ask: "a.example.org"},
		{name: "a file of the bundle by its path in the pod", keys: importing("import /etc/coredns/extra-configs/names.conf"), ask: "a.example.org"},
		{name: "a pattern", keys: importing("import *.conf"), ask: "a.example.org"},
		{name: "a pattern that matches nothing", keys: corefiles("example.org {\n import *.missing\n whoami\n}\n"), ask: "a.example.org"},
		{name: "a pattern that matches the volume's own folder", keys: importing("import *"), refusedBy: both},
		{name: "a pattern with two wildcards", keys: importing("import *ame*"), refusedBy: both},
		{name: "a pattern with a range", keys: importing("import [mn]ames.conf"), refusedBy: both},
		{name: "a file that is missing", keys: importing("import missing.conf"), refusedBy: both},
		{name: "the volume's folder", keys: importing("import ../extra-configs"), refusedBy: both},
		{name: "nothing", keys: importing("import"), refusedBy: both},
		{name: "an empty name", keys: importing(`import ""`), refusedBy: both},
		{name: "two files at once", keys: importing("import names.conf names.conf"), refusedBy: both},
	}
}

func plugins() []bundle {
	return []bundle{
		{name: "plugins that both servers have", keys: corefiles("example.org {\n errors\n log\n cache 30\n loadbalance\n hosts {\n  192.0.2.7 a.example.org\n }\n}\n"), ask: "a.example.org"},
		{name: "a plugin that node-cache lacks", keys: corefiles("example.org {\n any\n whoami\n}\n"), refusedBy: nodeLocalDNS},
		{name: "a plugin that node-cache lacks, in a snippet", keys: corefiles("(s) {\n minimal\n whoami\n}\nexample.org {\n import s\n}\n"), refusedBy: nodeLocalDNS},
		{name: "a misspelt plugin", keys: corefiles("example.org {\n whoamI\n}\n"), refusedBy: both},
		{name: "a plugin that was removed", keys: corefiles("example.org {\n proxy . 192.0.2.53\n}\n"), refusedBy: both},
		{name: "a property outside of its plugin", keys: corefiles("example.org {\n whoami\n force_tcp\n}\n"), refusedBy: both},
		{name: "a quoted plugin", keys: corefiles("example.org {\n \"whoami\"\n}\n"), ask: "a.example.org"},
	}
}

func text() []bundle {
	return []bundle{
		{name: "only comments", keys: corefiles("# nothing\n")},
		{name: "a comment inside of a word ends it", keys: corefiles("example.org {\n whoami#all\n}\n"), ask: "a.example.org"},
		{name: "Windows line breaks", keys: corefiles("example.org {\r\n whoami\r\n}\r\n"), ask: "a.example.org"},
		{name: "old Macintosh line breaks make one word", keys: corefiles("example.org {\r whoami\r}\r"), refusedBy: both},
		{name: "no line break at the end", keys: corefiles("example.org {\n whoami\n}", "example.net {\n whoami\n}"), ask: "a.example.net"},
		{name: "a byte order mark", keys: corefiles("\ufeffexample.org {\n whoami\n}\n"), ask: "a.example.org"},
		{name: "a byte order mark inside", keys: corefiles("example.org {\n \ufeffwhoami\n}\n"), refusedBy: both},
		{name: "no-break spaces are blanks", keys: corefiles("example.org\u00a0{\n\u00a0whoami\n}\n"), ask: "a.example.org"},
		{name: "a zero-width space is not", keys: corefiles("example.org {\n \u200bwhoami\n}\n"), refusedBy: both},
		{name: "a NUL in a comment", keys: corefiles("# \x00\nexample.org {\n whoami\n}\n"), ask: "a.example.org"},
		{name: "a NUL after the block", keys: corefiles("example.org {\n whoami\n}\n\x00"), refusedBy: both},
		{name: "a comment that is not UTF-8", keys: corefiles("# \xff\nexample.org {\n whoami\n}\n"), ask: "a.example.org"},
		{name: "a plugin that is not UTF-8", keys: corefiles("example.org {\n whoami\xff\n}\n"), refusedBy: both},
		{name: "a quoted zone", keys: corefiles("\"example.org\" {\n whoami\n}\n"), ask: "a.example.org"},
		{name: "a quoted brace opens a block all the same", keys: corefiles("example.org \"{\"\n whoami\n}\n"), ask: "a.example.org"},
		{name: "a quote that is not closed", keys: corefiles("example.org {\n whoami\n}\n\"\n"), refusedBy: both},
		{name: "an empty word for a zone", keys: corefiles("\"\" {\n whoami\n}\n")},
	}
}
