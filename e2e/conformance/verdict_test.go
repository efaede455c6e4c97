package main

import (
	"testing"

	"corewarden/corefile"
	"corewarden/corefile/dnsserver"
	"corewarden/corefile/plugin/reader"
	"corewarden/corefile/release"
	"corewarden/e2e/conformance/cases"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	newest, err := release.CoreDNS("1.15.0")
	if err != nil {
		t.Fatal(err)
	}
	rejecting := func(rule string) corefile.Problem { return corefile.Problem{Rule: rule, Severity: corefile.Error} }
	warning := func(rule string) corefile.Problem { return corefile.Problem{Rule: rule, Severity: corefile.Warning} }
	var (
		starts  = verdict{Started: true}
		refuses = verdict{Text: "Unknown directive 'forwrad'"}
		served  = verdict{Text: "cannot serve dns://a.org.:53 - it is already defined"}
		machine = verdict{Text: "plugin/tls: open /etc/crt: no such file or directory"}
		waits   = verdict{Waits: true, Text: "waiting for Kubernetes API"}
	)
	for _, test := range []struct {
		name string
		ours []corefile.Problem
		real verdict
		want agreement
	}{
		{"both accept", nil, starts, agreed},
		{"both accept, and we warn", []corefile.Problem{warning(reader.RulePodFile)}, starts, agreed},
		{"both reject", []corefile.Problem{rejecting(dnsserver.RuleUnknownPlugin)}, refuses, agreed},
		{"a false acceptance", nil, refuses, disagreed},
		{"a false acceptance, with a warning", []corefile.Problem{warning(reader.RulePodFile)}, refuses, disagreed},
		{"a false rejection", []corefile.Problem{warning(reader.RulePodFile), rejecting(dnsserver.RuleUnknownPlugin)}, starts, disagreed},
		{"a zone that is served already, for which we reject", []corefile.Problem{rejecting(dnsserver.RuleZoneAlreadyServed)}, served, agreed},
		{"a zone that may be served already", []corefile.Problem{warning(dnsserver.RuleZoneAlreadyServed)}, served, upToMachine},
		{"a rejection by choice", []corefile.Problem{rejecting(dnsserver.RuleRunsCommands)}, starts, deliberate},
		{"a rejection by choice and another", []corefile.Problem{rejecting(corefile.RuleTooLarge), rejecting(reader.RuleConflict)}, starts, disagreed},
		{"the machine lacks something that we warn of", []corefile.Problem{warning(reader.RulePodFile)}, machine, upToMachine},
		{"a file of the machine is no Corefile, and imported", []corefile.Problem{warning(corefile.RuleFileElsewhere)}, verdict{
			Text: "/etc/resolv.conf:1 - Error during parsing: Unknown directive 'nameserver'",
		}, upToMachine},
		{"the machine lacks something, and we reject for another reason", []corefile.Problem{rejecting(reader.RuleConflict)}, machine, upToMachine},
		{"the machine lacks something that we do not warn of", []corefile.Problem{warning(reader.RuleIgnored)}, machine, disagreed},
		{"the server waits for what we warn of", []corefile.Problem{warning(reader.RulePodNetwork)}, waits, upToMachine},
		{"the server waits for a cluster, and then starts without", nil, verdict{
			Waits: true, Text: "[INFO] plugin/kubernetes: waiting for Kubernetes API before starting server",
		}, upToMachine},
		{"the machine lacks something on the line that we reject", []corefile.Problem{{Severity: corefile.Error, File: "Corefile", Line: 3}}, verdict{
			Text: "plugin/tsig: /etc/coredns/extra-configs/Corefile:3 - Error during parsing: Wrong argument count",
		}, agreed},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := compare(cases.Case{}, test.ours, test.real, newest); got != test.want {
				t.Errorf("compare(%v, %v) = %v, want %v", test.ours, test.real, got, test.want)
			}
		})
	}
}

func TestRefusalOfTheWordThatWeReject(t *testing.T) {
	t.Parallel()
	newest, err := release.CoreDNS("1.15.0")
	if err != nil {
		t.Fatal(err)
	}
	c := cases.Case{Files: map[string]string{"Corefile": "example.org {\n grpc . 8.8.8 {\n }\n}\n"}}
	for _, test := range []struct {
		name, text string
		column     int
		want       agreement
	}{
		{"the server quotes it", `plugin/grpc: not an IP address or file "8.8.8": failed to open file "8.8.8": "open 8.8.8: no such file or directory"`, 9, agreed},
		{"the server quotes another", `plugin/grpc: not an IP address or file "9.9.9": failed to open file "9.9.9": "open 9.9.9: no such file or directory"`, 9, upToMachine},
		{"we reject another", `plugin/grpc: not an IP address or file "8.8.8": failed to open file "8.8.8": "open 8.8.8: no such file or directory"`, 2, upToMachine},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			ours := []corefile.Problem{{Rule: reader.RuleInvalidValue, Severity: corefile.Error, File: "Corefile", Line: 2, Column: test.column, EndColumn: test.column + 5}}
			if got := compare(c, ours, verdict{Text: test.text}, newest); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestCompareUnknown(t *testing.T) {
	t.Parallel()
	newest, err := release.CoreDNS("1.15.0")
	if err != nil {
		t.Fatal(err)
	}
	var (
		starts   = verdict{Started: true}
		refuses  = verdict{Text: "not an IP address"}
		unknown  = []corefile.Problem{{Rule: corefile.RuleEnvironment, Severity: corefile.Warning}}
		rejected = append(unknown, corefile.Problem{Rule: reader.RuleConflict, Severity: corefile.Error})
	)
	for _, test := range []struct {
		name string
		ours []corefile.Problem
		real verdict
		want agreement
	}{
		{"it starts with these values", unknown, starts, agreed},
		{"it does not start with these values", unknown, refuses, agreed},
		{"it starts, though we say that no values help", rejected, starts, disagreed},
		{"no values help", rejected, refuses, agreed},
		{"it does not start with these values, of which we do not warn", nil, refuses, disagreed},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := compareUnknown(test.ours, test.real, newest); got != test.want {
				t.Errorf("compareUnknown(%v, %v) = %v, want %v", test.ours, test.real, got, test.want)
			}
		})
	}
}

func TestCausesLeaveOutWhatDiffers(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]string{
		`/etc/coredns/extra-configs/Corefile:3 - Error during parsing: Unknown directive 'x'`: `FILE:N - Error during parsing: Unknown directive '…'`,
		`plugin/forward: failed to resolve "a": lookup a. on 10.0.0.1:53: no such host`:       `plugin/forward: failed to resolve '…': lookup … on N.N.N.N:N: no such host`,
		`listen tcp 10.0.0.1:80: bind: cannot assign requested address`:                       `listen tcp … bind: cannot assign requested address`,
	} {
		if got := general(message); got != want {
			t.Errorf("general(%q) = %q, want %q", message, got, want)
		}
	}
}
