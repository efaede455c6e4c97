package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/danger"
	"corewarden/corefile/dnsserver"
	"corewarden/corefile/plugin/reader"
	"corewarden/corefile/release"
	"corewarden/e2e/conformance/cases"
)

// judge returns what we say about a case.
func judge(c cases.Case, r release.Release) []corefile.Problem {
	if c.Base != nil {
		return judgeComposed(c, r)
	}
	conf := corefile.Configuration{
		Main: corefile.File{Name: "Corefile", Path: "/etc/coredns/Corefile", Text: c.Main()},
		Dirs: []string{cases.Dir},
	}
	for _, key := range c.Keys() {
		conf.Files = append(conf.Files, corefile.File{Name: key, Path: cases.Dir + "/" + key, Text: c.Files[key]})
	}
	return dnsserver.Judge(conf, dnsserver.Server{Release: r, Pod: reader.Pod{File: func(name string) (string, bool) {
		text, found := c.Files[strings.TrimPrefix(name, cases.Dir+"/")]
		return text, found && strings.HasPrefix(name, cases.Dir+"/")
	}}})
}

// firstError returns the first problem for which we reject, if there is one.
func firstError(problems []corefile.Problem) (corefile.Problem, bool) {
	i := slices.IndexFunc(problems, func(p corefile.Problem) bool { return p.Severity == corefile.Error })
	if i < 0 {
		return corefile.Problem{}, false
	}
	return problems[i], true
}

// A real verdict is what a server made of a case.
type verdict struct {
	Started bool `json:",omitempty"`
	// Settled is set where it was still running a while after it started.
	Settled bool `json:",omitempty"`
	// Waits is set where the server neither started nor ended within patience.
	Waits bool `json:",omitempty"`
	// Batch is set where the server was started in one process with others.
	Batch bool `json:",omitempty"`
	// Text is why it did not start.
	Text string `json:",omitempty"`
}

// agreement is the outcome of a comparison.
type agreement int

const (
	agreed agreement = iota
	// upToMachine is agreement on a case whose real verdict depends on the machine: we
	// warn of that, or reject for another reason.
	upToMachine
	// deliberate is a case that starts, or that the server is not asked about, and that
	// we reject by choice.
	deliberate
	disagreed
)

// deliberateRules reject what a server would start on.
var deliberateRules = []string{dnsserver.RuleRunsCommands, corefile.RuleTooLarge, corefile.RuleMoreProblems}

// outdated are parts of messages about rules of newer servers that we hold old ones to as
// well, where nobody needs what these start on.
var outdated = []struct{ message, since string }{
	// Of several blocks on a port one has a certificate: which of them counts is left to chance.
	{"served over QUIC", "1.15.0"},
}

// endless reports whether a server of the release would read a case on and on, until it
// has no memory left, because nothing stopped imports of themselves before 1.13.0.
func endless(ours []corefile.Problem, r release.Release) bool {
	return !r.AtLeast("1.13.0") && slices.ContainsFunc(ours, func(p corefile.Problem) bool { return p.Rule == corefile.RuleImportCycle })
}

// byChoice reports whether we reject for a reason that is no server's.
func byChoice(p corefile.Problem, r release.Release) bool {
	if slices.Contains(deliberateRules, p.Rule) {
		return true
	}
	for _, o := range outdated {
		if strings.Contains(p.Message, o.message) && !r.AtLeast(o.since) {
			return true
		}
	}
	return false
}

// podRules are the rules that warn of what only the server's pod can know.
var podRules = []string{
	corefile.RuleEnvironment, corefile.RuleFileElsewhere,
	reader.RulePodAddress, reader.RulePodFile, reader.RulePodNetwork,
	danger.RuleForwardingLoop, danger.RuleMissingFile,
}

// machineDependent are the errors of servers that say something about the machine and not
// about the configuration. A case with one of them may be accepted with a warning only.
var machineDependent = regexp.MustCompile(strings.Join([]string{
	// A file that is missing, or is no file. The words are the kernel's, or the parser's.
	`no such file or directory|no such device|is a directory|not a directory|permission denied|read-only file system`,
	`not an IP address or file`, // of forward, before 1.14.4
	// What a file holds: zones, name servers, weights, keys, certificates, databases.
	`failed to parse file|has SOA owner|has no SOA record|invalid zone ".*": |no valid upstream addresses found|no nameservers found|[Ww]eight file`,
	`could not load TLS cert|could not read root certs|is not a CSK/KSK|can not sign any of the zones|exceeds configured limits|invalid MaxMind DB file|: invalid database`,
	`^/etc/(resolv\.conf|hosts):\d+ - Error`,       // which were imported
	`(server certificates|client CA pools) differ`, // of two files
	`no valid certificate authority data seen`,
	// tsig says of every error that a number of arguments is wrong.
	`plugin/tsig: .*Wrong argument count`,
	// Addresses and interfaces.
	`not a valid IP address or interface name|cannot assign requested address|network is unreachable|connection refused|too many open files`,
	`address \[fe80::.*: (unexpected '[[\]]'|missing port) in address`, // an interface whose name has a bracket, if it has an IPv6 address
	`on (169\.254\.20\.10|198\.18\.0\.\d) - it is already defined`,     // which our networks have on interfaces
	// Names that are looked up at setup.
	`no such host|failed to resolve|server misbehaving|lookup \S+ on |unknown port`,
	// The API of a cluster or a cloud.
	`unable to load in-cluster configuration|no configuration has been provided`,
	`could not find default credentials|failed to refresh cached credentials|failed to get region from IMDS|MSI not available|failed to get SPT|failed to get shared config profile|MissingRegion|CredentialsChainVerboseErrors`,
}, "|"))

// A server that ends without a word on the standard error has started: the plugin loop has
// ended it, which goes by what queries find on the machine.
func (v verdict) dependsOnMachine() bool {
	return v.Waits || !v.Started && v.Text == "" || machineDependent.MatchString(v.Text)
}

// names reports whether the server refuses the line, or quotes the word, that we reject for
// our first error.
func (v verdict) names(ours []corefile.Problem, c cases.Case) bool {
	p, rejected := firstError(ours)
	if !rejected {
		return false
	}
	word, found := wordAt(c.Files[p.File], p)
	return found && strings.Contains(v.Text, strconv.Quote(word)) ||
		strings.Contains(v.Text, fmt.Sprintf("%s/%s:%d - Error", cases.Dir, p.File, p.Line))
}

// wordAt returns the word that a problem is about, without quotes around it.
func wordAt(text string, p corefile.Problem) (word string, found bool) {
	line := []rune(corefile.File{Text: text}.Line(p.Line))
	if p.Column < 1 || p.EndColumn <= p.Column || p.EndColumn > len(line)+1 {
		return "", false
	}
	return strings.Trim(string(line[p.Column-1:p.EndColumn-1]), `"`), true
}

// compare says whether our verdict on a case is that of a server of the release.
func compare(c cases.Case, ours []corefile.Problem, v verdict, r release.Release) agreement {
	_, rejected := firstError(ours)
	switch {
	case v.Started && !rejected:
		return agreed
	case v.Started && rejectedFor(ours, r):
		return disagreed
	case v.Started:
		return deliberate
	case !rejected && v.Waits && strings.Contains(v.Text, "waiting for Kubernetes API before starting server"), // it starts without, after startup_timeout
		!rejected && v.Waits && strings.Contains(c.String(), "multisocket"), // a thousand sockets take a busy machine long to open
		!rejected && strings.Contains(v.Text, "File to import not found") && warns(ours, corefile.RuleFileElsewhere),
		!rejected && strings.Contains(v.Text, "invalid port") && warns(ours, dnsserver.RuleInvalidPort),
		!rejected && strings.Contains(v.Text, "cannot serve ") && warns(ours, dnsserver.RuleZoneAlreadyServed):
		return upToMachine
	case v.dependsOnMachine() && (rejected || warns(ours, podRules...)) && !v.names(ours, c):
		return upToMachine
	case rejected:
		return agreed
	}
	return disagreed
}

// compareUnknown says whether our verdict without the values of variables holds for a server
// that has some: it must not reject what starts, nor accept what does not without a warning.
func compareUnknown(ours []corefile.Problem, v verdict, r release.Release) agreement {
	_, rejected := firstError(ours)
	if v.Started && rejectedFor(ours, r) || !v.Started && !rejected && !warns(ours, podRules...) {
		return disagreed
	}
	return agreed
}

// rejectedFor reports whether we reject for a reason that is meant to be the server's.
func rejectedFor(ours []corefile.Problem, r release.Release) bool {
	return slices.ContainsFunc(ours, func(p corefile.Problem) bool {
		return p.Severity == corefile.Error && !byChoice(p, r)
	})
}

// warns reports whether there is a problem with one of the rules.
func warns(problems []corefile.Problem, rules ...string) bool {
	return slices.ContainsFunc(problems, func(p corefile.Problem) bool { return slices.Contains(rules, p.Rule) })
}
