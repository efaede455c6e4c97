package danger

import (
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/domain"
	"corewarden/corefile/plugin"
	"corewarden/corefile/plugin/reader"
	"corewarden/corefile/query"
)

// forwardingLoops warns of a forward to an address at which the query comes back to the
// same server block, perhaps through others. A rewrite before that may turn it into a query for
// another one, which is how names of the cluster are given other names.
func (c *checker) forwardingLoops(b *block) {
	if !b.Uses("bind") && c.unreached(b) {
		return
	}
	for _, f := range b.Forwards {
		if f.Token.Foreign() {
			continue
		}
		for _, to := range f.To {
			ip, port := to.Address()
			if !c.leadsBack(ip) {
				continue
			}
			key, through := c.circle(b, f, ip, port)
			if key == nil {
				continue
			}
			end := ""
			if b.Uses("loop") && through == "" {
				end = ", and the loop plugin stops the server"
			}
			c.report.Warn(to.Token, RuleForwardingLoop, fmt.Sprintf(
				"forward: %s is %s, so queries for %s come back here in a loop%s%s. Forward to the server that knows the zone",
				corefile.Quote(to.Text), c.who(ip), corefile.Quote(key.Text), through, end))
		}
	}
}

// leadsBack reports whether an address is the server's own, or that of the cluster's DNS.
func (c *checker) leadsBack(ip string) bool {
	return isItself(ip) || containsAddress(c.Loop, ip) || containsAddress(c.Cluster, ip)
}

// who says whose address that is.
func (c *checker) who(ip string) string {
	if isItself(ip) {
		return "this server itself"
	}
	return "the cluster's own DNS"
}

func isItself(ip string) bool {
	parsed := net.ParseIP(ip)
	return parsed.IsLoopback() || parsed.IsUnspecified()
}

// circle returns the key of a zone whose queries a forward to an address sends in a circle, or
// nil, and through which other server blocks that goes.
func (c *checker) circle(b *block, f plugin.Forward, ip, port string) (key *corefile.Token, through string) {
	if c.DNS == nil || !c.affordable() {
		if b.Uses("rewrite") || !c.comesBack(b, ip, port) {
			return nil, ""
		}
		return loopingZone(b, f, port), ""
	}
	for _, z := range b.zones {
		if !domain.IsSubDomain(f.From, z.Name) && !domain.IsSubDomain(z.Name, f.From) || f.From == "" || f.Unsure || !c.affordable() {
			continue
		}
		inner := z.Name // the names that are both in the zone and forwarded
		if domain.IsSubDomain(inner, f.From) {
			inner = f.From
		}
		address := ""
		if len(b.binds) > 0 {
			address = b.binds[0]
		}
		ask := func(name string) query.Result {
			return c.DNS().AskAt(c.Server, address, z.Port, query.Question{Name: name, Type: dns.TypeA})
		}
		asked := ask(below(inner))
		if b.Uses("rewrite") && !inCircles(ask(strings.ToLower(inner))) { // some names have a way out
			continue
		}
		if inCircles(asked) && slices.ContainsFunc(asked.Steps, func(s query.Step) bool { return isStepOf(s, f.Token) }) {
			return z.Key, c.throughOthers(asked, b)
		}
	}
	return nil, ""
}

// inCircles reports whether a query may go in circles, whatever else listens on a node.
func inCircles(r query.Result) bool {
	loops := func(e query.End) bool { return e.Outcome == query.Loop && !strings.Contains(e.If, " on the node") }
	return loops(r.End) || slices.ContainsFunc(r.Cases, loops)
}

func isStepOf(s query.Step, use corefile.Token) bool {
	return s.Plugin == use.Text && s.File == use.File() && s.Line == use.Line()
}

// throughOthers says through which server blocks a query goes besides its first. Those of others
// than the judged are named by their places: what they say is not told to whoever asks for a
// verdict.
func (c *checker) throughOthers(r query.Result, b *block) string {
	var others []string
	for _, s := range r.Steps {
		key := b.Keys[0]
		if s.Plugin != "" || s.Block == "" || s.File == key.File() && s.Line == key.Line() {
			continue
		}
		other := fmt.Sprintf("%s of %s", corefile.Quote(s.Block), s.Server)
		if !c.isJudged(s.File) {
			other = fmt.Sprintf("line %d of %s on %s", s.Line, corefile.Quote(s.File), s.Server)
		}
		if !slices.Contains(others, other) {
			others = append(others, other)
		}
	}
	if len(others) == 0 {
		return ""
	}
	return " through " + strings.Join(others[:min(len(others), 3)], " and ")
}

// isJudged reports whether a file is of what is judged.
func (c *checker) isJudged(file string) bool {
	return slices.ContainsFunc(c.blocks, func(b block) bool { return b.judged() && b.Keys[0].File() == file })
}

// loopingZone returns the key of a zone on a port of which a forward takes queries, or nil.
func loopingZone(b *block, f plugin.Forward, port string) *corefile.Token {
	if f.From == "" || f.Unsure {
		return nil
	}
	except := map[string]bool{}
	for _, zone := range f.Except {
		except[zone] = true
	}
	for _, z := range b.zones {
		inner := z.Name // the names that are both in the zone and forwarded
		if domain.IsSubDomain(inner, f.From) {
			inner = f.From
		}
		if z.Port == port && domain.IsSubDomain(f.From, inner) && !within(inner, except) {
			return z.Key
		}
	}
	return nil
}

// comesBack reports whether a block itself answers at an address to which it sends queries.
func (c *checker) comesBack(b *block, ip, port string) bool {
	itself := isItself(ip)
	if !itself && !containsAddress(c.Loop, ip) {
		return false
	}
	switch {
	case containsAddress(b.binds, ip) && b.on(port):
		return true
	case b.Uses("bind") && !bindsEverywhere(b):
		return false // it listens elsewhere
	case c.sockets[socket{reader.CanonicalHost(ip), port}]:
		return false // the socket of that address is another block's
	}
	return !itself || !c.HostNetwork // where another server may listen
}
