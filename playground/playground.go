// Package playground answers the page on which people try the checker without installing it:
// what servers of a platform say of a Corefile, and what they do with a name.
package playground

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/query"
	"corewarden/docs"
	"corewarden/extraconfig"
	"corewarden/trace"
)

// A Request is what the page asks.
type Request struct {
	// Corefile is the text that was pasted.
	Corefile string `json:"corefile"`
	// Platform is the ID of one of Platforms.
	Platform string `json:"platform"`
	// CoreDNS and NodeLocalDNS are versions; "" leaves the server out.
	CoreDNS      string `json:"coredns"`
	NodeLocalDNS string `json:"nodeLocalDNS"`
	// Bases are the servers' own Corefiles, by server. The platform's stands for one that is not
	// given.
	Bases map[string]string `json:"bases"`
	// Name and Type are the question to trace; no name, no trace. From is the server that is
	// asked: "coredns" or "node-local-dns".
	Name string `json:"name"`
	Type string `json:"type"`
	From string `json:"from"`
}

// A Response is what the page shows.
type Response struct {
	// Error says why there is nothing else.
	Error string `json:"error"`
	// Servers are those that were judged for.
	Servers  []string  `json:"servers"`
	Problems []Problem `json:"problems"`
	// Trace are the lines of a trace, or the reason why there is none.
	Trace []string `json:"trace"`
}

// A Problem is one thing to say about a place of the text. Line, Column and EndColumn are those
// of a corefile.Problem.
type Problem struct {
	Line      int               `json:"line"`
	Column    int               `json:"column"`
	EndColumn int               `json:"endColumn"`
	Rule      string            `json:"rule"`
	Severity  corefile.Severity `json:"severity"`
	Server    string            `json:"server"`
	Message   string            `json:"message"`
	// About explains the rule.
	About string `json:"about"`
}

// Answer returns the Response to a Request, both as JSON.
func Answer(request string) string {
	var asked Request
	var told Response
	err := json.Unmarshal([]byte(request), &asked)
	if err == nil {
		told, err = asked.answer()
	}
	if err != nil {
		told = Response{Error: err.Error()}
	}
	encoded, err := json.Marshal(told)
	if err != nil {
		panic(err) // cannot be: it has strings and numbers alone
	}
	return string(encoded)
}

func (r Request) answer() (Response, error) {
	p, err := platformOf(r.Platform)
	if err != nil {
		return Response{}, err
	}
	s, err := p.servers(r)
	if err != nil {
		return Response{}, err
	}
	told := Response{Problems: []Problem{}, Trace: []string{}}
	if len(s.judged) == 0 {
		return told, nil
	}
	for _, server := range s.judged {
		told.Servers = append(told.Servers, server.String())
	}
	for _, found := range s.check() {
		told.Problems = append(told.Problems, Problem{
			found.Line, found.Column, found.EndColumn, found.Rule, found.Severity, found.Server, found.Message, about(found.Rule),
		})
	}
	if r.Name != "" {
		told.Trace = s.trace(r)
	}
	return told, nil
}

// about returns the first paragraph of a rule's explanation.
func about(rule string) string {
	rules := docs.Rules()
	i := slices.IndexFunc(rules, func(r docs.Rule) bool { return r.ID == rule })
	if i < 0 {
		return ""
	}
	return rules[i].Summary
}

// trace returns the lines of a trace, or the reason why there is none.
func (s servers) trace(r Request) []string {
	if _, valid := dns.IsDomainName(r.Name); !valid {
		return []string{fmt.Sprintf("%q is not a domain name", r.Name)}
	}
	system, err := s.system(r.From)
	if err != nil {
		return []string{strings.ReplaceAll(err.Error(), extraconfig.Name+"/"+corefileKey, pasted)}
	}
	i := slices.IndexFunc(system, func(s *query.Server) bool { return s.Name == r.From })
	if i < 0 {
		return []string{fmt.Sprintf("choose a release of %s", cmp.Or(r.From, "the server that is asked"))}
	}
	question := query.Question{Name: dns.Fqdn(r.Name), Type: cmp.Or(dns.StringToType[r.Type], dns.TypeA)}
	var text bytes.Buffer
	told := trace.Trace{Result: system.Ask(system[i], question), Asked: r.From, Place: place}
	if err := told.WriteText(&text); err != nil {
		return []string{err.Error()}
	}
	return strings.Split(strings.TrimRight(text.String(), "\n"), "\n")
}

// pasted is what messages call the text that was pasted.
const pasted = "your text"

// place names a file of a step as the page does.
func place(file string) (path, configMap, key string) {
	if file == extraconfig.Name+"/"+corefileKey {
		return pasted, "", ""
	}
	return file, "", ""
}
