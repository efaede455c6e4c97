package query

import (
	"slices"

	"github.com/miekg/dns"
)

// A reply is what a plugin or a server makes of a query. Where it depends on something, only
// steps and cases count.
type reply struct {
	// end is how the query ends without a message that is known: Dropped, Loop, Forward or
	// Depends; else "".
	end Outcome
	// written tells that a plugin wrote a message; else it is left to the server to do. With an
	// error, plugins in between look at no message.
	written, failed bool
	// nothing tells that a plugin wrote a message that is none, and panicked that another one has
	// looked at that, so that none gets to do anything more.
	nothing, panicked bool
	rcode             int
	// asked is the question in the message, and left the one that plugins have left in the
	// query behind them, if that is another.
	asked question
	left  *question
	// answers are the records of the answer section; partial tells that there may be others.
	answers []dns.RR
	partial bool
	// records tells that the message has records in its other sections, and soa that an SOA is
	// among them.
	records, soa bool
	// additional tells that the answer is in the additional section, and the client's address.
	additional bool

	upstreams []string
	// on is what the end depends on, where that is Depends.
	on string

	steps []Step
	cases []variant
}

// A variant is what happens under one condition.
type variant struct {
	on   string // what decides, as in "the cluster's Services"
	when string // the condition, as in "there is such a Service"
	*reply
}

// either returns the reply that is one of several.
func either(variants ...variant) *reply { return &reply{cases: variants} }

// after returns the reply with a step before its own.
func (r *reply) after(steps ...Step) *reply {
	r.steps = slices.Concat(steps, r.steps)
	return r
}

// each returns the reply with each way in which it may end replaced by what f makes of it.
func (r *reply) each(f func(*reply) *reply) *reply {
	if len(r.cases) == 0 {
		steps := r.steps
		r.steps = nil
		return f(r).after(steps...)
	}
	for i := range r.cases {
		r.cases[i].reply = r.cases[i].each(f)
	}
	return r
}

// leaves calls f with each way in which the reply may end and the condition for it.
func (r *reply) leaves(when string, f func(when string, leaf *reply)) {
	if len(r.cases) == 0 {
		f(when, r)
	}
	for _, c := range r.cases {
		c.leaves(and(when, c.when), f)
	}
}

// flatten returns the steps of all cases.
func (r *reply) flatten(when string) []Step {
	steps := slices.Clone(r.steps)
	for i := range steps {
		steps[i].If = when
	}
	for _, c := range r.cases {
		steps = append(steps, c.flatten(and(when, c.when))...)
	}
	return steps
}

func and(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ", and " + b
}

// dependsOn adds to a list what the reply depends on.
func (r *reply) dependsOn(on []string) []string {
	if r.on != "" {
		on = union(on, []string{r.on})
	}
	for _, c := range r.cases {
		on = union(on, []string{c.on})
		on = c.dependsOn(on)
	}
	return on
}

// ended returns how a query ends that had the given question.
func (r *reply) ended(asked question) End {
	e := End{Outcome: r.end, Answers: r.answers, Partial: r.partial, Upstreams: r.upstreams}
	switch {
	case r.end == Dropped || r.end == Loop || r.end == Depends:
		return e
	case !r.asked.same(asked):
		e.Outcome = Discarded
		return e
	case r.end == Forward:
		return e
	}
	e.Rcode = dns.RcodeToString[r.rcode]
	switch {
	case r.rcode == dns.RcodeNameError:
		e.Outcome = NXDomain
	case r.rcode == dns.RcodeRefused:
		e.Outcome = Refused
	case r.rcode != dns.RcodeSuccess: // which clients take for a failure of the server
		e.Outcome = ServFail
	case len(r.answers) == 0 && !r.partial && !r.additional:
		e.Outcome = NoData
	default:
		e.Outcome = Answer
	}
	return e
}

func contains(all []string, s string) bool { return slices.Contains(all, s) }
