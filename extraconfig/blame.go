package extraconfig

import (
	"fmt"
	"maps"
	"slices"

	"corewarden/corefile"
)

// contents returns the ConfigMap of a name, and whether there is one.
type contents func(name string) (ConfigMap, bool)

// with returns the ConfigMaps of the cluster, one of them replaced.
func (k Cluster) with(name string, c ConfigMap) contents {
	return func(wanted string) (ConfigMap, bool) {
		if wanted == name {
			return c, true
		}
		stored, found := k.ConfigMaps[wanted]
		return stored, found
	}
}

// blank returns the contents with nothing in the keys of some ConfigMaps: imports find
// those still.
func (get contents) blank(names ...string) contents {
	return func(name string) (ConfigMap, bool) {
		c, found := get(name)
		if !slices.Contains(names, name) {
			return c, found
		}
		b := ConfigMap{Data: map[string]string{}}
		for _, key := range c.keys() {
			b.Data[key] = ""
		}
		return b, found
	}
}

// trial returns what a server would say to other contents.
func (j *judge) trial(l loading, get contents) []corefile.Problem {
	conf, _ := l.configuration(get, j.cluster.upstream(l))
	_, said := j.check(l, j.parse(conf))
	return said
}

// broken looks into errors that a server has with what it loads. Where they are there
// without the judged ConfigMap, and with what is stored of it, it returns what to judge
// that in instead, and why.
func (j *judge) broken(s *subject) (instead *parsed, why string) {
	if s.conf.Main.Name == standInName && !slices.ContainsFunc(s.conf.Files, func(f corefile.File) bool { return f.Foreign }) {
		return nil, "" // nothing stands beside it
	}
	now := j.cluster.with(j.name, j.value)
	without := j.trial(s.loading, now.blank(j.name))
	if !rejects(without) {
		return nil, ""
	}
	if stored, found := j.cluster.ConfigMaps[j.name]; found && !rejects(j.trial(s.loading, j.cluster.with(j.name, stored))) {
		return nil, ""
	}
	others := slices.DeleteFunc(Bundles(), func(name string) bool { return name == j.name })
	conf, _ := s.configuration(now.blank(others...), j.cluster.upstream(s.loading))
	if alone := j.trial(s.loading, now.blank(Bundles()...)); rejects(alone) {
		return j.parse(standIn(conf)), fmt.Sprintf(
			"%s does not start on its own Corefile. Fix that first; this ConfigMap was checked with MetaKube's Corefile instead. The first problem: %s", s.server, firstError(alone))
	}
	return j.parse(conf), fmt.Sprintf(
		"%s does not start on another ConfigMap that it loads. Fix that first; this ConfigMap was checked without it. The first problem: %s", s.server, firstError(without))
}

func rejects(problems []corefile.Problem) bool { return slices.ContainsFunc(problems, isError) }

func isError(p corefile.Problem) bool { return p.Severity == corefile.Error }

// firstError tells the first error of several, which is in another file than the judged: its
// place and its rule. The message would quote that file, and who is judged may not be allowed to
// read it.
func firstError(problems []corefile.Problem) string {
	p := problems[slices.IndexFunc(problems, isError)]
	if p.Line == 0 {
		return p.Rule
	}
	return fmt.Sprintf("line %d, column %d of %s (%s)", p.Line, p.Column, p.File, p.Rule)
}

// leaks are the rules of text that reaches beyond its own file. A server may accept such
// text and then fail in the file that follows.
var leaks = []string{corefile.RuleUnclosedBlock, corefile.RuleUnexpectedBrace, corefile.RuleTrailingComma}

// blamed returns the errors of a server that are the ConfigMap's, and its warnings. An error
// in another file is reported at the text of the ConfigMap that causes it.
func (j *judge) blamed(s *subject, said []corefile.Problem) []corefile.Problem {
	foreign := map[string]bool{s.conf.Main.Name: s.conf.Main.Foreign}
	for _, file := range s.conf.Files {
		foreign[file.Name] = file.Foreign
	}
	own := slices.DeleteFunc(slices.Clone(said), func(p corefile.Problem) bool { return foreign[p.File] })
	more := func(p corefile.Problem) bool { return isError(p) && p.Rule == corefile.RuleMoreProblems }
	if slices.ContainsFunc(own, func(p corefile.Problem) bool { return isError(p) && !more(p) }) {
		return own
	}
	own = slices.DeleteFunc(own, more) // all those before are of others
	if i := slices.IndexFunc(own, func(p corefile.Problem) bool { return slices.Contains(leaks, p.Rule) }); i >= 0 {
		own[i].Severity = corefile.Error
		return own
	}
	return append(own, corefile.Problem{
		Rule: RuleBreaksBase, Severity: corefile.Error, Server: s.server.String(), File: j.culprit(s.loading),
		Message: fmt.Sprintf("this text breaks another one that %s loads: %s", s.server, firstError(said)),
	})
}

// culprit returns the key without whose text the server starts, if there is one, or "". It
// does not try what takes long.
func (j *judge) culprit(l loading) string {
	const maxKeys, maxBytes = 20, 1 << 16
	all := ConfigMap{Data: map[string]string{}}
	for _, key := range j.value.keys() {
		all.Data[key], _ = j.value.text(key)
	}
	if len(all.Data) > maxKeys || j.value.size() > maxBytes {
		return ""
	}
	for _, key := range all.keys() {
		without := ConfigMap{Data: maps.Clone(all.Data)}
		without.Data[key] = ""
		if !rejects(j.trial(l, j.cluster.with(j.name, without))) {
			return key
		}
	}
	return ""
}
