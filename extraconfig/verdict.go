package extraconfig

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"corewarden/corefile"
	"corewarden/corefile/danger"
	"corewarden/corefile/dnsserver"
	"corewarden/corefile/plugin/reader"
	"corewarden/corefile/release"
)

// The rules of what a server loads. Each is the Rule of a corefile.Problem.
const (
	RuleBreaksBase     = "breaks-base"
	RuleBrokenBase     = "broken-base"
	RuleImmutable      = "immutable"
	RuleMissingBase    = "missing-base"
	RuleNotLoaded      = "not-loaded"
	RuleUnknownRelease = "unknown-release"
)

// A judge judges one version of a ConfigMap within a cluster, for several servers at once.
type judge struct {
	cluster Cluster
	name    string
	value   ConfigMap

	sources *corefile.Sources
	parsed  parsings
	shared  reader.Parsed
	// subjects are the servers that load it.
	subjects []*subject
	stopped  atomic.Bool // the cluster's Stop said so
}

// tooLong is all there is to say of a ConfigMap whose verdict was stopped: what was found until
// then may be wrong, without the rest.
var tooLong = corefile.Problem{
	Rule: corefile.RuleTooLarge, Severity: corefile.Error,
	Message: "checking this ConfigMap takes longer than the API server waits. Write fewer zones, plugins and imports, or try again when the webhook is less busy",
}

// stop reports whether to end the verdict.
func (j *judge) stop() bool {
	if j.cluster.Stop != nil && !j.stopped.Load() && j.cluster.Stop() {
		j.stopped.Store(true)
	}
	return j.stopped.Load()
}

// A subject is one server with what it loads.
type subject struct {
	loading
	*parsed
	missing string // see configuration
	// broken says why it is judged in another configuration than its own, which it does not start
	// on, or is "".
	broken string
	// read are the server blocks as the server reads them, and said what it says of them.
	read []dnsserver.Block
	said []corefile.Problem
}

func (j *judge) subject(l loading) *subject {
	conf, missing := l.configuration(j.cluster.with(j.name, j.value), j.cluster.upstream(l))
	s := &subject{loading: l, parsed: j.parse(conf), missing: missing}
	s.read, s.said = j.check(l, s.parsed)
	if rejects(s.said) && !j.stop() {
		if instead, why := j.broken(s); instead != nil {
			s.parsed, s.broken = instead, why
			s.read, s.said = j.check(l, instead)
		}
	}
	return s
}

// parsed is a configuration and what its reading came to.
type parsed struct {
	conf   corefile.Configuration
	once   sync.Once
	blocks []corefile.Block
	report corefile.Report
	loaded map[string]bool // the files that were read, by path
}

// parsings are the configurations that were read so far: two servers may load the same.
type parsings struct {
	mu  sync.Mutex
	all []*parsed
}

// of returns the parsed of a configuration, which may not have been read yet.
func (ps *parsings) of(conf corefile.Configuration) *parsed {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	for _, p := range ps.all {
		if p.conf.Main == conf.Main && slices.Equal(p.conf.Files, conf.Files) && slices.Equal(p.conf.Dirs, conf.Dirs) {
			return p
		}
	}
	p := &parsed{conf: conf, loaded: map[string]bool{}}
	ps.all = append(ps.all, p)
	return p
}

func (j *judge) parse(conf corefile.Configuration) *parsed {
	p := j.parsed.of(conf)
	p.once.Do(func() {
		p.report.Stop = j.stop
		conf.Loads, conf.Sources = func(file corefile.File) { p.loaded[file.Path] = true }, j.sources
		p.blocks = corefile.Parse(conf, release.Known, &p.report)
	})
	return p
}

// verdict returns what one server has to say.
func (j *judge) verdict(s *subject) []corefile.Problem {
	if j.stop() {
		return nil
	}
	var problems []corefile.Problem
	if s.note != "" {
		problems = append(problems, j.warning(s.loading, RuleUnknownRelease, s.note))
	}
	if s.workload != nil && len(s.workload.Unknown()) > 0 {
		problems = append(problems, j.warning(s.loading, corefile.RuleEnvironment, fmt.Sprintf(
			"%s of %s depends on environment variables that only its pods know, so what follows from it was not checked", strings.Join(s.workload.Unknown(), ", "), s.workload)))
	}
	if s.missing != "" {
		problems = append(problems, j.warning(s.loading, RuleMissingBase, fmt.Sprintf(
			"the own Corefile of %s is not known: %s. This ConfigMap was checked with MetaKube's Corefile instead", s.server, j.cluster.missing(s.loading, s.missing))))
	}
	if s.broken != "" {
		problems = append(problems, j.warning(s.loading, RuleBrokenBase, s.broken))
	}
	said := s.said
	if rejects(said) {
		said = j.blamed(s, said)
	} else { // what starts may hurt
		said = danger.Check(s.read, said, s.server.String(), j.surroundings(s))
	}
	return slices.Concat(problems, said, j.notLoaded(s.loading, s.parsed))
}

func (j *judge) check(l loading, p *parsed) ([]dnsserver.Block, []corefile.Problem) {
	s := dnsserver.Server{Name: l.server.String(), Release: l.server.Release, Pod: j.pod(l, p.conf.Files), Elsewhere: l.elsewhere(), Parsed: &j.shared}
	if l.workload != nil {
		s.Port = l.workload.Port()
	}
	return dnsserver.Check(p.blocks, s, &p.report)
}

func (j *judge) warning(l loading, rule, message string) corefile.Problem {
	return corefile.Problem{Rule: rule, Severity: corefile.Warning, Server: l.server.String(), Message: message}
}

// upstream returns the address by which the server reaches the cluster's DNS, or "".
func (k Cluster) upstream(l loading) string {
	if l.workload == nil {
		return ""
	}
	return k.Services[l.workload.UpstreamService()]
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
		w := l.notLoaded(fmt.Sprintf("%s does not load this key: no import in its own Corefile (%s) matches it. Rename the key", l.server, p.conf.Main.Name))
		w.File = key
		warnings = append(warnings, w)
	}
	if nothing && len(warnings) > 0 {
		return []corefile.Problem{l.notLoaded(fmt.Sprintf(
			"%s loads none of this ConfigMap: its own Corefile (%s) does not import it. Add an import there, such as %s", l.server, p.conf.Main.Name, corefile.Quote("import "+l.pattern())))}
	}
	return warnings
}
