package explain

import (
	"cmp"
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile/query"
	"corewarden/extraconfig"
)

// maxListed is how many names, types, records or servers one sentence lists.
const maxListed = 2

// own is the text of a ConfigMap, before and after a change. Only words in it are quoted.
type own struct{ configMap, text string }

func ownWords(configMap string, versions ...extraconfig.ConfigMap) own {
	var text strings.Builder
	for _, version := range versions {
		for _, value := range version.Data {
			text.WriteString(strings.ToLower(value) + "\n")
		}
		for _, value := range version.BinaryData {
			text.WriteString(strings.ToLower(string(value)) + "\n")
		}
	}
	return own{configMap, text.String()}
}

// says reports whether a word is one of the ConfigMap's.
func (o own) says(word string) bool { return strings.Contains(o.text, strings.ToLower(word)) }

// effects tells of changes, the most important first. Asked begins each sentence.
func (o own) effects(asked string, changes []query.Change) Effects {
	effects := make(Effects, len(changes))
	for i, change := range changes {
		effects[i] = o.effect(asked, change)
	}
	slices.SortStableFunc(effects, func(a, b Effect) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(len(b.names), len(a.names)))
	})
	return effects
}

// effect tells of a change of some names.
func (o own) effect(asked string, c query.Change) Effect {
	e := Effect{rank: rankOf(c)}
	for _, n := range c.Names {
		e.names = append(e.names, n.Name)
	}
	names := o.quotable(c.Names)
	if len(names) == 0 {
		return e
	}
	e.text = asked + fmt.Sprintf("%s now %s %s (was %s)", listOf(names, len(c.Names), "more name"), verb(len(c.Names), "gets", "get"), o.fate(c.After), o.fate(c.Before))
	return e
}

// quotable returns those of some names that the ConfigMap has, with "*" for any other label and
// with their types, where these are not all. Plain ones come first.
func (o own) quotable(names []query.ChangedName) []string {
	var plain, patterns, partial []string
	for _, n := range names {
		place := strings.ReplaceAll(n.Name, query.Fresh+".", "")
		text := strings.ReplaceAll(n.Name, query.Fresh, "*")
		switch {
		case place != "" && !o.says(strings.TrimSuffix(place, ".")):
		case !n.AllTypes:
			partial = append(partial, text+" ("+listTypes(n.Types)+")")
		case text != n.Name:
			patterns = append(patterns, text)
		default:
			plain = append(plain, text)
		}
	}
	return slices.Concat(plain, patterns, partial)
}

func listTypes(types []uint16) string {
	var names []string
	for _, t := range types {
		names = append(names, dns.Type(t).String())
	}
	return list(names, "more type")
}

// fate says what a client gets.
func (o own) fate(r query.Result) string {
	switch r.Outcome {
	case query.Answer:
		return o.answer(r)
	case query.NoData:
		return "no record of that type"
	case query.NXDomain:
		return "NXDOMAIN"
	case query.ServFail:
		return r.Rcode
	case query.Refused:
		return "REFUSED"
	case query.Dropped:
		return "no reply"
	case query.Discarded:
		return "a reply that clients discard"
	case query.Loop:
		return "no reply, in a loop"
	case query.Forward:
		return o.forwarded(r)
	}
	for _, on := range r.On {
		if _, path, names := strings.Cut(on, "/"); !names || o.says(strings.Fields(path + " ")[0]) {
			return "what depends on " + on
		}
	}
	return "what depends on more than the Corefiles"
}

func (o own) answer(r query.Result) string {
	var data []string
	for _, rr := range r.Answers {
		text := strings.Join(strings.Fields(strings.TrimPrefix(rr.String(), rr.Header().String())), " ")
		if !o.says(strings.TrimSuffix(text, ".")) {
			return "the answer" + place(r)
		}
		data = append(data, text)
	}
	if len(data) == 0 {
		return "the answer" + place(r)
	}
	return list(data, "more record")
}

func (o own) forwarded(r query.Result) string {
	for _, upstream := range r.Upstreams {
		host, _, err := net.SplitHostPort(upstream)
		if err != nil {
			host = upstream
		}
		if !o.says(host) {
			return "the answer of the upstream" + place(r)
		}
	}
	return "the answer of " + list(r.Upstreams, "more upstream")
}

// place is where that is decided, "" where nobody knows.
func place(r query.Result) string {
	at := ""
	for _, s := range r.Steps {
		if s.Plugin != "" && strings.Contains(s.File, "/") {
			at = fmt.Sprintf(" on line %d of %s", s.Line, s.File)
		}
	}
	return at
}

// rankOf says how important a change is. What clients mostly ask for comes first, and before
// the rest what fails from now on.
func rankOf(c query.Change) int {
	rank := 1
	if fails(c.After) && !fails(c.Before) {
		rank = 0
	}
	addresses := func(n query.ChangedName) bool {
		return slices.Contains(n.Types, dns.TypeA) || slices.Contains(n.Types, dns.TypeAAAA) && c.After.Outcome != query.NoData
	}
	if !slices.ContainsFunc(c.Names, addresses) {
		rank += 2
	}
	return rank
}

// fails reports whether a client gets nothing to go on with.
func fails(r query.Result) bool {
	switch r.Outcome {
	case query.Answer, query.Forward, query.Depends:
		return false
	}
	return true
}

// list joins the first words, and how many more there are.
func list(words []string, what string) string {
	return listOf(words, len(words), what)
}

// listOf is list for words of which there are more than these.
func listOf(words []string, all int, what string) string {
	shown := slices.Clone(words[:min(len(words), maxListed)])
	if more := all - len(shown); more > 0 {
		shown = append(shown, counted(more, what))
	}
	last := len(shown) - 1
	if last == 0 {
		return shown[0]
	}
	return strings.Join(shown[:last], ", ") + " and " + shown[last]
}

func counted(n int, what string) string { return fmt.Sprintf("%d %s", n, verb(n, what, what+"s")) }

func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
