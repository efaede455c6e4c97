package query

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"corewarden/corefile/danger"
	"corewarden/corefile/query"
	"corewarden/corefile/release"
	"corewarden/docs"
	"corewarden/e2e/dnsserver"
	"corewarden/e2e/parts"
	"corewarden/e2e/servers"
)

// exampleOf returns the example of a rule on the page, with our servers in the place of others
// and the server itself in that of the cluster's DNS.
func exampleOf(t *testing.T, rule string) string {
	t.Helper()
	i := slices.IndexFunc(docs.Rules(), func(r docs.Rule) bool { return r.ID == rule })
	if i < 0 {
		t.Fatalf("the page does not have %s", rule)
	}
	_, rest, found := strings.Cut(docs.Rules()[i].Text, "```corefile\n")
	example, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatalf("%s has no example", rule)
	}
	return strings.NewReplacer("10.0.0.53", "127.0.0.1:5301", "10.0.0.54", "127.0.0.1:5302", "10.240.16.10", "127.0.0.1").Replace(example)
}

// TestExamplesOfRulesAreTrue asks a real server what becomes of the names in the examples, and
// in these after the remedy.
func TestExamplesOfRulesAreTrue(t *testing.T) {
	t.Parallel()
	for _, c := range claims {
		if !chosen(cmp.Or(c.on, parts.CoreDNS1150)) {
			t.Logf("%s is not among the servers, so what %s says of it is not asked", c.on, c.rule)
			continue
		}
		t.Run(c.rule+" "+c.question, func(t *testing.T) {
			t.Parallel()
			binary, r := built(t, cmp.Or(c.on, parts.CoreDNS1150))
			example := c.example
			if example == "" {
				example = exampleOf(t, c.rule)
			}
			remedied := strings.NewReplacer(c.remedy...).Replace(example)
			if remedied == example {
				t.Fatalf("the example has none of %q:\n%s", c.remedy, example)
			}
			c.holds(t, binary, r, c.beside+example, c.want)
			c.holds(t, binary, r, c.beside+remedied, c.then)
		})
	}
}

// chosen reports whether a server is one to ask.
func chosen(part parts.Part) bool {
	match := regexp.MustCompile(*some)
	return slices.ContainsFunc(servers.All(), func(s servers.Server) bool {
		return s.Part == part && (s.Built() || *some != "" && match.MatchString(s.Name))
	})
}

// holds compares an end with what the real server does and with what we say of it.
func (c claim) holds(t *testing.T, binary string, r release.Release, text string, want query.End) {
	t.Helper()
	typ, name, _ := strings.Cut(c.question, " ")
	q := query.Question{Name: name, Type: dns.StringToType[typ]}
	address := c.at
	if address == "" {
		address = "127.0.0.1"
	}
	model := modelOf(t, r, text)
	if said := (query.System{model}).AskAt(model, address, "53", q); said.Outcome != want.Outcome || !slices.Equal(said.Upstreams, want.Upstreams) {
		t.Errorf("%s: we say %s %v, want %s %v on\n%s", c.question, said.Outcome, said.Upstreams, want.Outcome, want.Upstreams, text)
	}
	server, stop := start(t, []string{binary}, []string{text})
	defer stop()
	patience := time.Minute
	if want.Outcome == query.Loop {
		patience = time.Second
	}
	if wrong := server.ask(t, "udp", net.JoinHostPort(address, "53"), q, patience).agrees(want, q, false); wrong != "" {
		t.Errorf("%s: want %s, but %s on\n%s", c.question, want.Outcome, wrong, text)
	}
}

// newest returns the newest CoreDNS.
func newest(t *testing.T) (binary string, r release.Release) {
	t.Helper()
	return built(t, parts.CoreDNS1150)
}

// built returns one of the servers that are compared.
func built(t *testing.T, part parts.Part) (binary string, r release.Release) {
	t.Helper()
	if !dnsserver.Isolated() {
		t.Skip("servers get no networks of their own here, so that port 53 may be taken")
	}
	binaries, err := parts.Build(t.Context(), os.Stderr, part)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range servers.All() {
		if s.Part == part {
			if r, err = s.Release(); err != nil {
				t.Fatal(err)
			}
		}
	}
	return binaries[part], r
}

// TestMissingBindStopsAServerBesideAResolver of the node, which has port 53 on one address.
func TestMissingBindStopsAServerBesideAResolver(t *testing.T) {
	t.Parallel()
	binary, _ := newest(t)
	other, err := dnsserver.NewNetwork()
	if err != nil {
		t.Fatal(err)
	}
	defer other.Leave()
	var resolver net.PacketConn
	other.Do(func() { resolver, err = net.ListenPacket("udp", "127.0.0.1:53") }) // CoreDNS shares its ports with others
	if err != nil {
		t.Fatal(err)
	}
	defer resolver.Close()
	example := exampleOf(t, danger.RuleMissingBind)
	try := func(text string) error {
		s, err := dnsserver.StartIn(t.Context(), other, binary, dnsserver.Configuration{Main: text})
		if err != nil {
			return err
		}
		return s.Stop()
	}
	var refusal *dnsserver.Refusal
	if err := try(example); !errors.As(err, &refusal) || !refusal.CannotListen() {
		t.Errorf("the server ends with %v, want that port 53 is taken", err)
	}
	if err := try(strings.Replace(example, "{\n", "{\n bind "+dnsserver.LinkLocal+"\n", 1)); err != nil {
		t.Errorf("with a bind: %v", err)
	}
}

// TestMinimalBesideDebugEndsTheServer of a release before that from which on it does not.
func TestMinimalBesideDebugEndsTheServer(t *testing.T) {
	t.Parallel()
	for part, ends := range map[parts.Part]bool{parts.CoreDNS1143: true, parts.CoreDNS1150: false} {
		if !chosen(part) {
			t.Logf("%s is not among the servers, so it is not asked", part)
			continue
		}
		binary, _ := built(t, part)
		s, err := dnsserver.Start(t.Context(), binary, dnsserver.Configuration{Main: ". {\n minimal\n debug\n hosts {\n  192.0.2.1 example.org\n }\n}\n"})
		if err != nil {
			t.Fatal(err)
		}
		_, _ = s.Query(t.Context(), "127.0.0.1:53", "www.example.org", dns.TypeA) // the server may end before it answers
		limited, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		if !ends {
			limited, cancel = context.WithTimeout(t.Context(), time.Second)
		}
		if err := s.Wait(limited); (err != nil) != ends {
			t.Errorf("%s ends with %v, want that it ends: %v", part, err, ends)
		}
		cancel()
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	}
}

// TestUnencryptedIsServedWithoutTLS shows what a zone for DNS over TLS is without a certificate.
func TestUnencryptedIsServedWithoutTLS(t *testing.T) {
	t.Parallel()
	binary, _ := newest(t)
	server, stop := start(t, []string{binary}, []string{exampleOf(t, danger.RuleUnencrypted)})
	defer stop()
	q := query.Question{Name: "www.example.org.", Type: dns.TypeA}
	if wrong := server.ask(t, "tcp", "127.0.0.1:853", q, 10*time.Second).agrees(first, q, false); wrong != "" {
		t.Errorf("without TLS: %s", wrong)
	}
	server.clients.Do(func() {
		limited, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		dialer := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}} // whatever certificate it has
		if conn, err := dialer.DialContext(limited, "tcp", "127.0.0.1:853"); err == nil {
			t.Errorf("it speaks TLS at %s", conn.RemoteAddr())
		}
	})
}
