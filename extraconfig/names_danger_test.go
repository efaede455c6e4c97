package extraconfig_test

import "testing"

// TestDangersForNames is the specification of what keeps names from their answers.
func TestDangersForNames(t *testing.T) {
	t.Parallel()
	for _, d := range []danger{
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
			`Corefile:6:3 warning unreachable of CoreDNS 1.15.0: hosts: A queries for "www.a.org" do not reach this entry, because template on line 2 comes first. Remove one of the two`,
		}},
		{name: "an entry behind a template that hands on", text: "a.org {\n template IN A {\n  match ^x\n  rcode NXDOMAIN\n  fallthrough\n }\n hosts {\n  192.0.2.1 www.a.org\n  fallthrough\n }\n forward . 10.0.0.53\n}\n"},
		{name: "an entry behind a template, but not its address", text: "a.org 2.0.192.in-addr.arpa {\n template IN A {\n  rcode NXDOMAIN\n }\n hosts {\n  192.0.2.1 www.a.org\n  fallthrough\n }\n forward . 10.0.0.53\n}\n"},
		{name: "an entry of a name that a rewrite replaces", text: "a.org {\n rewrite name www.a.org web.a.org\n hosts {\n  192.0.2.1 www.a.org\n  192.0.2.2 web.a.org\n  fallthrough\n }\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:4:3 warning unreachable of CoreDNS 1.15.0: hosts: A queries for "www.a.org" do not reach this entry, because rewrite on line 2 comes first. Remove one of the two`,
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
		{name: "a template behind a rule of types that another one keeps from questions", text: "a.org {\n rewrite ttl suffix a.org 30\n rewrite type MX A\n template IN MX {\n  rcode NOERROR\n }\n forward . 10.0.0.53\n}\n"},
		{name: "a template for what acl lets through", text: "a.org {\n acl {\n  block type A\n }\n template IN A {\n  rcode NOERROR\n }\n forward . 10.0.0.53\n}\n"},
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
	} {
		t.Run(d.name, d.judge)
	}
}
