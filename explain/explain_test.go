package explain_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"corewarden/corefile"
	"corewarden/corefile/release"
	"corewarden/explain"
	"corewarden/extraconfig"
)

// chain is a cluster in which pods ask node-local-dns, which sends what it does not know to
// CoreDNS. What its own Corefiles say is nobody else's business.
func chain(t testing.TB) extraconfig.Cluster {
	t.Helper()
	coreDNS, errCoreDNS := release.CoreDNS("1.15.0")
	nodeCache, errNodeCache := release.NodeCache("1.26.7")
	if err := errors.Join(errCoreDNS, errNodeCache); err != nil {
		t.Fatal(err)
	}
	return extraconfig.Cluster{
		Servers:  []extraconfig.Server{{Workload: "coredns", Release: coreDNS}, {Workload: "node-local-dns", Release: nodeCache}},
		Services: map[string]string{"kube-dns": "10.96.0.10"},
		Corefiles: map[string]corefile.File{
			"coredns":        {Name: "coredns/Corefile", Text: ".:53 {\n errors\n hosts {\n  10.7.7.7 sesame.example\n  fallthrough\n }\n forward . 10.6.6.6\n}\nimport extra-configs/*Corefile\n"},
			"node-local-dns": {Name: "node-local-dns/Corefile", Text: ".:53 {\n bind 169.254.20.10\n forward . 10.96.0.10\n}\nlocal.example:53 {\n bind 169.254.20.10\n forward . 10.5.5.5\n}\nimport extra-configs/*Corefile\n"},
		},
	}
}

// upstream is where CoreDNS sends what nobody else answers.
const upstream = "the answer of the upstream on line 7 of coredns/Corefile"

func TestEffects(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, before, after string
		want                []string
		line                string
	}{
		{name: "a comment", before: zone, after: "# ours\n" + zone},
		{
			name: "a new zone", after: zone,
			want: []string{
				`shop.example. and *.shop.example. now get the answer of 10.0.0.1 (was ` + upstream + `)`,
			},
			line: `shop.example. and *.shop.example. now get the answer of 10.0.0.1 (was ` + upstream + `)`,
		},
		{
			name: "another upstream", before: zone, after: strings.ReplaceAll(zone, "10.0.0.1", "10.0.0.2 10.0.0.3 10.0.0.4"),
			want: []string{
				`shop.example. and *.shop.example. now get the answer of 10.0.0.2, 10.0.0.3 and 1 more upstream (was the answer of 10.0.0.1)`,
			},
			line: `shop.example. and *.shop.example. now get the answer of 10.0.0.2, 10.0.0.3 and 1 more upstream (was the answer of 10.0.0.1)`,
		},
		{
			name: "a zone goes", before: zone,
			want: []string{
				`shop.example. and *.shop.example. now get ` + upstream + ` (was the answer of 10.0.0.1)`,
			},
			line: `shop.example. and *.shop.example. now get ` + upstream + ` (was the answer of 10.0.0.1)`,
		},
		{
			name:  "what CoreDNS answers, but pods do not ask it",
			after: "x.local.example {\n whoami\n}\n",
			want:  []string{"asked of coredns, x.local.example. and *.x.local.example. now get the answer on line 2 of dns-extra-configs/Corefile (was " + upstream + ")"},
			line:  "asked of coredns, x.local.example. and *.x.local.example. now get the answer on line 2 of dns-extra-configs/Corefile (was " + upstream + ")",
		},
		{
			name: "what fails comes first", before: zone + "ok.example {\n whoami\n}\n", after: "shop.example {\n errors\n}\nok.example {\n forward . 10.0.0.9\n}\nnew.example {\n forward . 10.0.0.8\n}\n",
			want: []string{
				`shop.example. and *.shop.example. now get SERVFAIL (was the answer of 10.0.0.1)`,
				`new.example. and *.new.example. now get the answer of 10.0.0.8 (was ` + upstream + `)`,
				`ok.example. and *.ok.example. now get the answer of 10.0.0.9 (was the answer on line 5 of dns-extra-configs/Corefile)`,
			},
			line: `shop.example. and *.shop.example. now get SERVFAIL (was the answer of 10.0.0.1), 4 more names`,
		},
		{
			name: "entries", after: hosts(2),
			want: []string{
				`shop.example., *.shop.example. and 2 more names now get the answer of 10.1.0.1 (was ` + upstream + `)`,
				`w0.shop.example. (A) now gets 10.0.0.1 (was ` + upstream + `)`,
				`w1.shop.example. (A) now gets 10.0.0.2 (was ` + upstream + `)`,
				`w0.shop.example. (MX, TXT and 2 more types) and w1.shop.example. (MX, TXT and 2 more types) now get no record of that type (was ` + upstream + `)`,
			},
			line: `shop.example., *.shop.example. and 2 more names now get the answer of 10.1.0.1 (was ` + upstream + `)`,
		},
		{
			name: "more of them than lines", after: hosts(9),
			want: []string{
				`shop.example., *.shop.example. and 9 more names now get the answer of 10.1.0.1 (was ` + upstream + `)`,
				`w0.shop.example. (A) now gets 10.0.0.1 (was ` + upstream + `)`,
				`w1.shop.example. (A) now gets 10.0.0.2 (was ` + upstream + `)`,
				`w2.shop.example. (A) now gets 10.0.0.3 (was ` + upstream + `)`,
				`7 more changes of names`,
			},
			line: `shop.example., *.shop.example. and 9 more names now get the answer of 10.1.0.1 (was ` + upstream + `)`,
		},
		{
			name: "a template", after: "shop.example {\n template IN A {\n  answer \"{{ .Name }} 60 IN A 10.0.0.1\"\n }\n}\n",
			want: []string{
				`shop.example. (PTR, MX and 3 more types) and *.shop.example. (PTR, MX and 3 more types) now get SERVFAIL (was ` + upstream + `)`,
				`shop.example. (A) and *.shop.example. (A) now get 10.0.0.1 (was ` + upstream + `)`,
			},
			line: `shop.example. (PTR, MX and 3 more types) and *.shop.example. (PTR, MX and 3 more types) now get SERVFAIL (was ` + upstream + `)`,
		},
		{
			name: "a circle", before: zone, after: strings.ReplaceAll(zone, "10.0.0.1", "10.96.0.10"),
			want: []string{
				`shop.example. and *.shop.example. now get no reply, in a loop (was the answer of 10.0.0.1)`,
			},
			line: `shop.example. and *.shop.example. now get no reply, in a loop (was the answer of 10.0.0.1)`,
		},
		{
			name: "the names and addresses of others", before: "example {\n whoami\n}\n",
			want: []string{
				`*.example., example. (PTR) and 1 more name now get ` + upstream + ` (was the answer on line 2 of dns-extra-configs/Corefile)`,
				`example. (A, MX and 3 more types) now gets what depends on more than the Corefiles (was the answer on line 2 of dns-extra-configs/Corefile)`,
				"2 more changes of names",
			},
			line: `*.example., example. (PTR) and 1 more name now get ` + upstream + ` (was the answer on line 2 of dns-extra-configs/Corefile)`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e, err := effects(t.Context(), t, test.before, test.after)
			if err != nil {
				t.Fatal(err)
			}
			if got := e.Lines(5); !slices.Equal(got, test.want) {
				t.Errorf("it says\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
			if got := e.Line(); got != test.line {
				t.Errorf("in one line it says\n%s\nwant\n%s", got, test.line)
			}
		})
	}
}

// An entry has two names, its own and that of its address.
func TestEffectsOfOneEntryAmongThousands(t *testing.T) {
	t.Parallel()
	before := hosts(2000)
	after := strings.Replace(before, "10.0.4.1 w1000.", "10.9.9.9 w1000.", 1)
	e, err := effects(t.Context(), t, before, after)
	if err != nil {
		t.Fatal(err)
	}
	want := "w1000.shop.example. (A) now gets 10.9.9.9 (was 10.0.4.1)"
	if got := e.Lines(5); len(got) == 0 || got[0] != want {
		t.Errorf("it says\n%s\nwant first\n%s", strings.Join(got, "\n"), want)
	}
}

const zone = "shop.example {\n forward . 10.0.0.1\n}\n"

// hosts is a block with entries of so many names.
func hosts(n int) string {
	var text strings.Builder
	text.WriteString("shop.example {\n hosts {\n")
	for i := range n {
		fmt.Fprintf(&text, "  10.0.%d.%d w%d.shop.example\n", i/250, i%250+1, i)
	}
	return text.String() + "  fallthrough\n }\n forward . 10.1.0.1\n}\n"
}

func effects(ctx context.Context, t testing.TB, before, after string) (explain.Effects, error) {
	t.Helper()
	value := func(text string) extraconfig.ConfigMap {
		if text == "" {
			return extraconfig.ConfigMap{}
		}
		return extraconfig.ConfigMap{Data: map[string]string{"Corefile": text}}
	}
	return explain.Change{Cluster: chain(t), ConfigMap: extraconfig.Name, Before: value(before), After: value(after)}.Effects(ctx)
}

// What takes too long is not explained, nor what a server does not start on.
func TestEffectsAreBounded(t *testing.T) {
	t.Parallel()
	late, stop := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer stop()
	for _, test := range []struct {
		name     string
		ctx      context.Context
		after    string
		tooLarge bool
	}{
		{"many names", t.Context(), hosts(3000), true},
		{"a long text", t.Context(), zone + strings.Repeat("# a line of a text that is long\n", 10000), true},
		{"no time", late, zone, true},
		{"a typo", t.Context(), "shop.example {\n forwrad\n}\n", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e, err := effects(test.ctx, t, "", test.after)
			if err == nil || errors.Is(err, explain.ErrTooLarge) != test.tooLarge || len(e) > 0 {
				t.Errorf("it says %v, %v", e, err)
			}
		})
	}
}
