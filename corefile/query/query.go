// Package query says what DNS servers do with a question, from their configurations alone:
// which server, server block and plugin deal with it, and how it ends. What the text cannot
// say, such as the Services of the cluster, it names, with all that may come of it.
//
// The model of each plugin follows its ServeDNS, in a file of its own.
package query

import (
	"strings"
	"sync"

	"github.com/miekg/dns"

	"corewarden/corefile/dnsserver"
	"corewarden/corefile/plugin/reader"
	"corewarden/corefile/release"
)

// A Server is a DNS server with the configuration that it starts on, which does not change
// once it was asked something.
type Server struct {
	// Name is what people call it, such as "coredns".
	Name    string
	Release release.Release
	Blocks  []dnsserver.Block
	// Parsed is that of the verdict on the Blocks. It may be nil.
	Parsed *reader.Parsed
	// Port is the port that a Service leads to, or that pods ask: "53".
	Port string
	// Local are the addresses of its own node that it listens on; pods ask the first.
	Local []string
	// Services are the addresses of Services that lead to it.
	Services []string
	// HostNetwork tells that it shares the network of its node with other programs.
	HostNetwork bool
	// File returns the content of a file in its pod, if that is known. It may be nil.
	File func(path string) (text string, known bool)
	// StandIn is the name of a file whose server blocks stand for others that are not known,
	// or "".
	StandIn string

	blocks sync.Map // of *prepared, by *dnsserver.Block
	zones  sync.Map // of *zoneFile, or nil, by zoneKey
}

// A System is the DNS servers of a cluster, which forward queries to each other. Where two
// of them have an address, the first is the one that is asked there.
type System []*Server

// A Question is what a client asks for, in class IN.
type Question struct {
	Name string // fully qualified
	Type uint16
}

// An Outcome is how a query ends.
type Outcome string

// Outcomes. Discarded is a reply that clients throw away, because its question is not theirs.
const (
	Answer    Outcome = "answer"
	NoData    Outcome = "nodata"
	NXDomain  Outcome = "nxdomain"
	ServFail  Outcome = "servfail"
	Refused   Outcome = "refused"
	Dropped   Outcome = "dropped"
	Discarded Outcome = "discarded"
	Forward   Outcome = "forward"
	Loop      Outcome = "loop"
	Depends   Outcome = "depends"
)

// A Step is what one plugin does with a query on its way, or a server where Plugin is "".
type Step struct {
	Server, Block, Plugin string
	File                  string
	Line                  int
	Does                  string
	// If is the condition under which the query gets here; "" where it always does.
	If string
}

// An End is how a query ends, always or in one case.
type End struct {
	// If is the condition for it; "" where there is none.
	If      string
	Outcome Outcome
	// Rcode is the response code, such as "NOERROR"; "" where no reply is known.
	Rcode string
	// Answers are the records of the answer section. Partial tells that there may be more.
	Answers []dns.RR
	Partial bool
	// Upstreams are the servers outside of the System that may be asked, in that order.
	Upstreams []string
}

// A Result is the way of a query.
type Result struct {
	Question Question
	Steps    []Step
	// End is how the query ends. Where that depends on something, its Outcome is Depends, and
	// Cases are all the ways in which it may end.
	End
	Cases []End
	// On is what it depends on.
	On []string
}

// Ask returns the way of a query that a pod sends to a server.
func (s System) Ask(server *Server, q Question) Result {
	w := &walk{system: s}
	to := at{server: server, port: server.Port}
	if len(server.Local) > 0 {
		to.address = server.Local[0]
	}
	return w.ask(to, q)
}

// AskAt is Ask for an address of the server, which a client reaches from its own network.
func (s System) AskAt(server *Server, address, port string, q Question) Result {
	w := &walk{system: s}
	return w.ask(at{server, address, port}, q)
}

func (w *walk) ask(to at, q Question) Result {
	asked := question{name: q.Name, typ: q.Type, class: dns.ClassINET}
	r := w.serve(to, asked)
	result := Result{Question: q, Steps: r.flatten("")}
	var ends []End
	r.leaves("", func(when string, leaf *reply) {
		end := leaf.ended(asked)
		end.If = when
		ends = append(ends, end)
	})
	result.On = r.dependsOn(nil)
	result.End = ends[0]
	for _, end := range ends[1:] {
		if !end.same(result.End) {
			result.End, result.Cases = End{Outcome: Depends}, ends
			for _, end := range ends {
				result.Upstreams = union(result.Upstreams, end.Upstreams)
			}
			return result
		}
	}
	result.If = ""
	return result
}

// same reports whether two ends are the same but for their conditions.
func (e End) same(other End) bool { return e.text() == other.text() }

func (e End) text() string {
	text := strings.Join([]string{string(e.Outcome), e.Rcode, strings.Join(e.Upstreams, " ")}, "\n")
	for _, rr := range e.Answers {
		text += "\n" + rr.String()
	}
	if e.Outcome == Depends || e.Partial { // two unknown answers are never the same
		text += "\n" + e.If
	}
	return text
}

// A walk is the way of one query through a System.
type walk struct {
	system System
	visits []visit
	served int // queries, on all ways
}

// A visit is a query at a server.
type visit struct {
	at
	question
}

// at is a socket of a server. The address is "" where only the pod knows it.
type at struct {
	server        *Server
	address, port string
}

// A question is that of a message as plugins have left it.
type question struct {
	name       string
	typ, class uint16
	// options are the EDNS0 options that rewrites have put into the query, each with a final
	// newline. Clients are taken to send none.
	options string
}

// lower returns the name in small letters, as plugins compare it.
func (q question) lower() string { return strings.ToLower(q.name) }

func (q question) same(other question) bool {
	return q.lower() == other.lower() && q.typ == other.typ && q.class == other.class
}

// String returns the type and the name.
func (q question) String() string { return typeName(q.typ) + " " + q.name }

func typeName(t uint16) string { return dns.Type(t).String() }

func union(a, b []string) []string {
	for _, s := range b {
		if !contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}
