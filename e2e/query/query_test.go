package query

import (
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	file "corewarden/corefile"
	judge "corewarden/corefile/dnsserver"
	"corewarden/corefile/query"
	"corewarden/corefile/release"
	"corewarden/e2e/dnsserver"
	"corewarden/e2e/parts"
	"corewarden/e2e/servers"
)

var (
	pairs = flag.Int("pairs", 500, "the `number` of pairs of configuration and question for each server")
	some  = flag.String("servers", "", "compare the servers whose name matches this `regexp`, such as 1.15.0 or node-cache; without it those that all tests have")
	seed  = flag.Uint64("seed", 1, "where the random choices start; the same `number` gives the same pairs")
)

// TestRealServersAgree compares ends of generated questions on generated configurations.
func TestRealServersAgree(t *testing.T) {
	t.Parallel()
	if !dnsserver.Isolated() {
		t.Skip("servers get no networks of their own here, so that port 53 may be taken")
	}
	match := regexp.MustCompile(*some)
	for _, s := range servers.All() {
		if *some == "" && !s.Built() || !match.MatchString(s.Name) {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			binaries, err := parts.Build(t.Context(), os.Stderr, s.Part)
			if err != nil {
				t.Fatal(err)
			}
			r, err := s.Release()
			if err != nil {
				t.Fatal(err)
			}
			random := rand.New(rand.NewPCG(*seed, 0))
			var c counts
			for range max(1, *pairs/perConfiguration) {
				text := corefile(random, r, place{})
				c.compare(t, query.System{modelOf(t, r, text)}, []string{binaries[s.Part]}, []string{text}, questions(random, perConfiguration))
			}
			c.check(t)
		})
	}
}

// TestRealChainsAgree compares a node-cache that forwards to a CoreDNS.
func TestRealChainsAgree(t *testing.T) {
	t.Parallel()
	if !dnsserver.Isolated() {
		t.Skip("servers get no networks of their own here, so that port 53 may be taken")
	}
	binaries, err := parts.Build(t.Context(), os.Stderr, parts.CoreDNS1150, parts.NodeCache1267)
	if err != nil {
		t.Fatal(err)
	}
	coreDNS, coreErr := release.CoreDNS("1.15.0")
	nodeCache, cacheErr := release.NodeCache("1.26.7")
	if err := errors.Join(coreErr, cacheErr); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(*seed, 1))
	var c counts
	for range max(1, *pairs/10/perConfiguration) {
		texts := []string{
			corefile(random, nodeCache, place{bind: "127.0.0.1", forward: dnsserver.LinkLocal}),
			corefile(random, coreDNS, place{bind: dnsserver.LinkLocal}),
		}
		front, behind := modelOf(t, nodeCache, texts[0]), modelOf(t, coreDNS, texts[1])
		behind.Name, behind.Local = "behind", []string{dnsserver.LinkLocal}
		c.compare(t, query.System{front, behind}, []string{binaries[parts.NodeCache1267], binaries[parts.CoreDNS1150]}, texts, questions(random, perConfiguration))
	}
	c.check(t)
}

// perConfiguration is how many questions are asked of each configuration.
const perConfiguration = 25

// check reports what came of all comparisons.
func (c *counts) check(t *testing.T) {
	t.Helper()
	share := float64(c.depends) / float64(max(1, c.pairs))
	t.Logf("%d pairs, %d disagreements, %.1f %% depend on something, ends: %v", c.pairs, c.disagreements, 100*share, c.ends)
	if share > 0.15 {
		t.Errorf("%.1f %% depend on something, want at most 15 %%", 100*share)
	}
}

// counts are what came of a comparison.
type counts struct {
	pairs, depends, disagreements int
	ends                          map[query.Outcome]int
}

// compare asks real servers on some texts, the first in front, and their models.
func (c *counts) compare(t *testing.T, models query.System, binaries, texts []string, all []query.Question) {
	t.Helper()
	server, stop := start(t, binaries, texts)
	defer stop()
	text := strings.Join(texts, "# behind it\n")
	cached := strings.Contains(text, "cache")
	for _, q := range all {
		c.hold(t, server, models.AskAt(models[0], "127.0.0.1", "53", q), "127.0.0.1", text, cached)
	}
}

// hold holds what we say of a question against what a server does at an address.
func (c *counts) hold(t *testing.T, server *realServer, result query.Result, address, text string, cached bool) {
	t.Helper()
	q := result.Question
	patience := time.Minute
	if result.Outcome == query.Dropped || slices.ContainsFunc(result.Cases, func(e query.End) bool { return e.Outcome == query.Dropped }) {
		patience = 300 * time.Millisecond
	}
	seen := server.ask(t, networkFor(text, q), net.JoinHostPort(address, "53"), q, patience)
	ends := result.Cases
	if len(ends) == 0 {
		ends = []query.End{result.End}
	}
	c.count(result.Outcome)
	wrong := ""
	for _, e := range ends {
		if wrong = seen.agrees(e, q, cached); wrong == "" {
			return
		}
	}
	c.disagreements++
	t.Errorf("%s %s at %s: we say %s %s %v %v, but %s\nasked: %v, reply:\n%v\nsteps: %+v\non\n%s", dns.Type(q.Type), q.Name, address, result.Outcome, result.Rcode, result.Answers, result.Upstreams, wrong, seen.asked, seen.reply, result.Steps, text)
}

func (c *counts) count(o query.Outcome) {
	c.pairs++
	if o == query.Depends {
		c.depends++
	}
	if c.ends == nil {
		c.ends = map[query.Outcome]int{}
	}
	c.ends[o]++
}

// networkFor chooses UDP or TCP for a question, always the same.
func networkFor(text string, q query.Question) string {
	h := fnv.New32()
	fmt.Fprint(h, text, q)
	return []string{"udp", "tcp"}[h.Sum32()%2]
}

// modelOf returns the server that starts on a text, as we see it.
func modelOf(t *testing.T, r release.Release, text string) *query.Server {
	t.Helper()
	var parsing file.Report
	blocks := file.Parse(file.Configuration{Main: file.File{Name: "Corefile", Path: "/etc/coredns/Corefile", Text: text}}, release.Known, &parsing)
	read, problems := judge.Check(blocks, judge.Server{Name: r.Name, Release: r}, &parsing)
	for _, p := range problems {
		if p.Severity == file.Error {
			t.Fatalf("%s\non\n%s", p.Message, text)
		}
	}
	return &query.Server{Name: "coredns", Release: r, Blocks: read, Port: "53", File: machineFile}
}

// machineFile returns the content of files that the servers find on this machine.
func machineFile(path string) (string, bool) {
	switch path {
	case "/nowhere":
		return "", true
	case zoneFile:
		return zoneText, true
	}
	text, err := os.ReadFile(path)
	return string(text), err == nil
}
