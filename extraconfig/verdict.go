package extraconfig

import (
	"fmt"
	"slices"

	"corewarden/corefile"
	"corewarden/corefile/danger"
	"corewarden/corefile/dnsserver"
	"corewarden/corefile/release"
)

// The rules of what a server loads. Each is the Rule of a corefile.Problem.
const (
	RuleBreaksBase     = "breaks-base"
	RuleBrokenBase     = "broken-base"
	RuleMissingBase    = "missing-base"
	RuleNotLoaded      = "not-loaded"
	RuleUnknownRelease = "unknown-release"
)

// A judge judges one version of a ConfigMap within a cluster.
type judge struct {
	cluster Cluster
	name    string
	value   ConfigMap

	sources *corefile.Sources
	parsed  []*parsed // what was read so far: two servers may load the same
}

// A subject is one server with what it loads.
type subject struct {
	loading
	*parsed
	missing string // why its own Corefile is not known, or ""
}

func (j *judge) subject(l loading) *subject {
	conf, missing := l.configuration(j.cluster.with(j.name, j.value), j.cluster.upstream(l))
	return &subject{l, j.parse(conf), missing}
}

// parsed is a configuration and what its reading came to.
type parsed struct {
	conf   corefile.Configuration
	blocks []corefile.Block
	report corefile.Report
	loaded map[string]bool // the files that were read, by path
}

func (j *judge) parse(conf corefile.Configuration) *parsed {
	for _, p := range j.parsed {
		if p.conf.Main == conf.Main && slices.Equal(p.conf.Files, conf.Files) && slices.Equal(p.conf.Dirs, conf.Dirs) {
			return p
		}
	}
	p := &parsed{conf: conf, loaded: map[string]bool{}}
	conf.Loads, conf.Sources = func(file corefile.File) { p.loaded[file.Path] = true }, j.sources
	p.blocks = corefile.Parse(conf, release.Known, &p.report)
	j.parsed = append(j.parsed, p)
	return p
}

// verdict returns what one server has to say.
func (j *judge) verdict(s *subject) []corefile.Problem {
	var problems []corefile.Problem
	if s.note != "" {
		problems = append(problems, j.warning(s.loading, RuleUnknownRelease, s.note))
	}
	if s.missing != "" {
		problems = append(problems, j.warning(s.loading, RuleMissingBase, fmt.Sprintf(
			"%s starts on a Corefile that is not known: %s; this ConfigMap is judged as if that were MetaKube's", s.server, s.missing)))
	}
	said := j.check(s.loading, s.parsed)
	if rejects(said) && j.hasOthers(s.conf) {
		var why *corefile.Problem
		if s.parsed, said, why = j.blame(s.loading, s.parsed, said); why != nil {
			problems = append(problems, *why)
		}
	}
	if !rejects(said) { // what starts may hurt
		said = danger.Check(s.blocks, said, s.server.String(), j.surroundings(s))
	}
	problems = append(problems, j.ofConfigMap(s.conf, said)...)
	return append(problems, j.notLoaded(s.loading, s.parsed)...)
}

func (j *judge) check(l loading, p *parsed) []corefile.Problem {
	s := dnsserver.Server{Name: l.server.String(), Release: l.server.Release}
	if l.workload != nil {
		s.Port = l.workload.Port()
	}
	return dnsserver.Check(p.blocks, s, &p.report)
}

func (j *judge) warning(l loading, rule, message string) corefile.Problem {
	return corefile.Problem{Rule: rule, Severity: corefile.Warning, Server: l.server.String(), Message: message}
}

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

// blank returns the ConfigMap with nothing in its keys: an import finds them still.
func (c ConfigMap) blank() ConfigMap {
	b := ConfigMap{Data: map[string]string{}}
	for _, key := range c.keys() {
		b.Data[key] = ""
	}
	return b
}

// upstream returns the address by which the server reaches the cluster's DNS, or "".
func (k Cluster) upstream(l loading) string {
	if l.workload == nil {
		return ""
	}
	return k.Services[l.workload.UpstreamService()]
}

// hasOthers reports whether something that can be wrong stands beside the ConfigMap.
func (j *judge) hasOthers(conf corefile.Configuration) bool {
	return conf.Main.Name != standInName || slices.ContainsFunc(conf.Files, func(f corefile.File) bool { return f.Foreign })
}

// blame decides whose the errors are that a server has with what it loads. Where they are
// there without the ConfigMap, and with what is stored of it, it is judged without what is
// broken, and why tells so. Otherwise all of them are the ConfigMap's.
func (j *judge) blame(l loading, p *parsed, said []corefile.Problem) (_ *parsed, _ []corefile.Problem, why *corefile.Problem) {
	upstream := j.cluster.upstream(l)
	problemsOf := func(get contents) []corefile.Problem {
		conf, _ := l.configuration(get, upstream)
		return j.check(l, j.parse(conf))
	}
	without := problemsOf(j.cluster.with(j.name, j.value.blank()))
	if !rejects(without) {
		return p, said, nil
	}
	if stored, found := j.cluster.ConfigMaps[j.name]; found && !rejects(problemsOf(j.cluster.with(j.name, stored))) {
		return p, said, nil
	}
	others := func(name string) (ConfigMap, bool) { // the other bundles are blank
		c, found := j.cluster.with(j.name, j.value)(name)
		if name != j.name && slices.Contains(Bundles(), name) {
			c = c.blank()
		}
		return c, found
	}
	alone := problemsOf(func(name string) (ConfigMap, bool) {
		c, found := others(name)
		if name == j.name {
			c = c.blank()
		}
		return c, found
	})
	conf, _ := l.configuration(others, upstream)
	broken := without
	message := "another ConfigMap that %s loads is broken, whatever is in this one: %s; mend it first: this ConfigMap is judged without it"
	if rejects(alone) {
		conf, broken = standIn(conf), alone
		message = "the Corefile that %s starts on is broken, whatever is in this ConfigMap: %s; mend it first: this ConfigMap is judged as if that were MetaKube's"
	}
	warning := j.warning(l, RuleBrokenBase, fmt.Sprintf(message, l.server, placed(broken[slices.IndexFunc(broken, isError)])))
	p = j.parse(conf)
	return p, j.check(l, p), &warning
}

func rejects(problems []corefile.Problem) bool { return slices.ContainsFunc(problems, isError) }

func isError(p corefile.Problem) bool { return p.Severity == corefile.Error }

// placed tells a problem of another file than the ConfigMap's.
func placed(p corefile.Problem) string {
	if p.Line == 0 {
		return p.Message
	}
	return fmt.Sprintf("line %d of %s: %s", p.Line, p.File, p.Message)
}

// leaks are the rules of text that reaches beyond its own file. A server may be content
// with it and yet stumble over what it comes to there.
var leaks = []string{corefile.RuleUnclosedBlock, corefile.RuleUnexpectedBrace, corefile.RuleTrailingComma}

// ofConfigMap returns what of all that a server says is the ConfigMap's. An error in
// another file is so, too: it is told of the place in the ConfigMap that leads to it, or of
// the whole of it.
func (j *judge) ofConfigMap(conf corefile.Configuration, said []corefile.Problem) []corefile.Problem {
	foreign := map[string]bool{conf.Main.Name: conf.Main.Foreign}
	for _, file := range conf.Files {
		foreign[file.Name] = file.Foreign
	}
	own := slices.DeleteFunc(slices.Clone(said), func(p corefile.Problem) bool { return foreign[p.File] })
	if !rejects(said) || rejects(own) {
		return own
	}
	if i := slices.IndexFunc(own, func(p corefile.Problem) bool { return slices.Contains(leaks, p.Rule) }); i >= 0 {
		own[i].Severity = corefile.Error
		return own
	}
	first := said[slices.IndexFunc(said, isError)]
	first.Message = fmt.Sprintf("with this ConfigMap %s stumbles over a text beside it: %s", first.Server, placed(first))
	first.Rule, first.File, first.Line, first.Column, first.EndColumn, first.Suggestion = RuleBreaksBase, "", 0, 0, 0, ""
	return append(own, first)
}

// notLoaded warns of Corefiles that the server does not load.
func (j *judge) notLoaded(l loading, p *parsed) []corefile.Problem {
	loads := map[string]bool{} // by key
	for _, file := range p.conf.Files {
		if !file.Foreign && isCorefile(file.Name) {
			loads[file.Name] = loads[file.Name] || p.loaded[file.Path]
		}
	}
	var warnings []corefile.Problem
	nothing := true
	for _, key := range j.value.keys() {
		if !isCorefile(key) {
			continue
		}
		if loads[key] {
			nothing = false
			continue
		}
		w := l.notLoaded(fmt.Sprintf("%s does not load this key: nothing in its own Corefile (%s) imports it; choose another name for the key", l.server, p.conf.Main.Name))
		w.File = key
		warnings = append(warnings, w)
	}
	if nothing && len(warnings) > 0 {
		return []corefile.Problem{l.notLoaded(fmt.Sprintf(
			"%s loads nothing of this ConfigMap: its own Corefile (%s) does not import it; add to that an import such as %s", l.server, p.conf.Main.Name, corefile.Quote("import "+l.pattern())))}
	}
	return warnings
}
