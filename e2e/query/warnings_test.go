package query

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/miekg/dns"

	file "corewarden/corefile"
	"corewarden/corefile/danger"
	"corewarden/corefile/query"
	"corewarden/e2e/servers"
	"corewarden/extraconfig"
)

// TestWarningsHoldForAllNames looks for names for which a warning does not hold: that no query comes to
// a place, or that none gets an answer there. It asks the models, which are held against real servers
// elsewhere, of generated clusters.
func TestWarningsHoldForAllNames(t *testing.T) {
	t.Parallel()
	nodes, pods := bases(t, "node", "node-local-dns"), bases(t, "coredns", "metakube", "kubeadm", "own-zones", "import-last", "import-inside")
	random := rand.New(rand.NewPCG(*seed, 3))
	told, wrong := 0, 0
	all := servers.All()
	for i := range max(1, *pairs/10) {
		w := &world{pair: pair{node: all[5+i%3], pod: all[i%5]}}
		w.releases(t)
		k, found := w.accepted(random, nodes[i%len(nodes)], pods[random.IntN(len(pods))])
		if !found {
			t.Fatal("nothing generated is accepted")
		}
		system, err := k.DNS()
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range extraconfig.Bundles() {
			for _, p := range k.Check(name, k.ConfigMaps[name]) {
				claim := claimOf(p)
				if claim == nil {
					continue
				}
				told++
				if result, refuted := refute(system, name+"/"+p.File, p, claim); refuted {
					wrong++
					t.Errorf("%s:%d: %s\nbut %v: %+v\non\n%s", p.File, p.Line, p.Message, result.Question, result.Steps, text(k))
				}
			}
		}
	}
	t.Logf("%d warnings, %d of them wrong for some name", told, wrong)
	if told == 0 {
		t.Error("there was nothing to look at")
	}
}

// text returns all ConfigMaps of a cluster.
func text(k extraconfig.Cluster) string {
	var all strings.Builder
	for name, c := range k.ConfigMaps {
		for key, value := range c.Data {
			fmt.Fprintf(&all, "# %s/%s\n%s", name, key, value)
		}
	}
	return all.String()
}

// A holding reports whether a warning holds for a query.
type holding func(at string, line int, r query.Result) bool

var (
	// wholeUse are the messages that no query comes to a use of a plugin, which they begin with.
	wholeUse = regexp.MustCompile(`^([a-z0-9]+): (no query reaches it, because|it takes no name of this server block)`)
	// wholeRule are those that none comes to a rule or an entry, which is on a line of its own.
	wholeRule = regexp.MustCompile(`^(rewrite|hosts): .*(so no query reaches this rule|queries for .* go to the server block on|queries for .* do not reach this entry|so CoreDNS drops the entry)`)
	// hiddenZones is the one that node-local-dns keeps zones from CoreDNS.
	hiddenZones = regexp.MustCompile(`^pods that query node-local-dns do not get (.*) from here`)
	quoted      = regexp.MustCompile(`"([^"]+)"`)
)

// claimOf returns what a warning says of all names, or nil if it says nothing of them.
func claimOf(p file.Problem) holding {
	use, rule := wholeUse.FindStringSubmatch(p.Message), wholeRule.FindStringSubmatch(p.Message)
	switch {
	case p.Rule == danger.RuleUnanswered && strings.HasPrefix(p.Message, "no plugin in this server block answers"):
		return func(at string, line int, r query.Result) bool {
			taken := r.Steps[0].File == at && r.Steps[0].Line == line && r.Steps[0].If == ""
			return !taken || r.Outcome == query.ServFail || r.Outcome == query.Discarded
		}
	case p.Rule != danger.RuleUnreachable:
	case use != nil:
		return func(at string, line int, r query.Result) bool { return !passes(r, at, line, use[1]) }
	case len(rule) > 1 && rule[1] == "hosts": // of one name in a line, which has more
		name := dns.Fqdn(quoted.FindStringSubmatch(p.Message)[1])
		typ := dns.StringToType[strings.Fields(p.Message)[1]] // if there is one
		return func(at string, line int, r query.Result) bool {
			renamed := slices.ContainsFunc(r.Steps, func(s query.Step) bool { return s.Plugin == "rewrite" })
			return renamed || typ > 0 && r.Question.Type != typ || !strings.EqualFold(r.Question.Name, name) || !passes(r, at, line, "hosts")
		}
	case rule != nil:
		return func(at string, line int, r query.Result) bool { return !passes(r, at, line, "rewrite") }
	case strings.HasPrefix(p.Message, "this block listens"):
		return func(at string, line int, r query.Result) bool { return !passes(r, at, line, "") }
	case hiddenZones.MatchString(p.Message):
		var zones []string
		for _, m := range quoted.FindAllStringSubmatch(hiddenZones.FindStringSubmatch(p.Message)[1], -1) {
			zone, _, _ := strings.Cut(m[1], ":")
			zones = append(zones, strings.ToLower(dns.Fqdn(zone)))
		}
		return func(at string, _ int, r query.Result) bool {
			of := func(zone string) bool { return strings.EqualFold(zone, r.Question.Name) }
			return r.Steps[0].Server != "node-local-dns" || !slices.ContainsFunc(zones, of) ||
				!slices.ContainsFunc(r.Steps, func(s query.Step) bool { return s.Server == "coredns" && s.File == at && s.Plugin == "" })
		}
	}
	return nil
}

// passes reports whether a query comes to a plugin that deals with it, or to a server block.
func passes(r query.Result, at string, line int, plugin string) bool {
	for _, s := range r.Steps {
		handsOn := strings.HasPrefix(s.Does, "hands it on") || strings.HasPrefix(s.Does, "has no such zone")
		if s.File == at && s.Line == line && s.Plugin == plugin && !handsOn {
			return true
		}
	}
	return false
}

// refute looks for a query for which a warning does not hold.
func refute(system query.System, at string, p file.Problem, holds holding) (query.Result, bool) {
	for _, server := range system {
		if !strings.Contains(p.Server, server.Release.Name) && !hiddenZones.MatchString(p.Message) {
			continue
		}
		for _, name := range append(names[:len(names):len(names)], clusterNames...) {
			for _, typ := range types {
				if typ == dns.TypeDS && strings.Contains(p.Message, "longer zone") { // those go to the zone above
					continue
				}
				if r := system.Ask(server, query.Question{Name: name, Type: typ}); !holds(at, p.Line, r) {
					return r, true
				}
			}
		}
	}
	return query.Result{}, false
}
