package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// A message is one of those that govulncheck prints with -format json; other kinds are left out.
type message struct {
	OSV     *struct{ ID, Summary string }
	Finding *finding
}

// A finding is a vulnerable module, package or function that the program has. The trace leads
// from there to the program.
type finding struct {
	OSV          string
	FixedVersion string `json:"fixed_version"`
	Trace        []frame
}

type frame struct{ Module, Version, Package, Function, Receiver string }

func (f frame) String() string {
	if f.Receiver != "" {
		return f.Package + "." + strings.TrimPrefix(f.Receiver, "*") + "." + f.Function
	}
	return f.Package + "." + f.Function
}

// judge prints the vulnerabilities that the program calls, and how many of the others it only
// has. Calls are an error.
func judge(messages io.Reader, stdout io.Writer) error {
	summaries := make(map[string]string)
	called, present := make(map[string]finding), make(map[string]bool)
	for decoder := json.NewDecoder(messages); ; {
		var m message
		err := decoder.Decode(&m)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("what govulncheck prints: %w", err)
		}
		if m.OSV != nil {
			summaries[m.OSV.ID] = m.OSV.Summary
		}
		if f := m.Finding; f != nil && len(f.Trace) > 0 {
			present[f.OSV] = true
			if before, known := called[f.OSV]; f.Trace[0].Function != "" && (!known || len(f.Trace) < len(before.Trace)) {
				called[f.OSV] = *f
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(called)) {
		f := called[id]
		vulnerable := f.Trace[0]
		fmt.Fprintf(stdout, "%s: %s\n  in %s %s, fixed in %s\n", id, summaries[id], vulnerable.Module, vulnerable.Version, orNone(f.FixedVersion))
		for _, call := range slices.Backward(f.Trace) {
			fmt.Fprintf(stdout, "    %s\n", call)
		}
	}
	fmt.Fprintf(stdout, "%d vulnerabilities are called; %d others are in modules that are used, but not called\n", len(called), len(present)-len(called))
	if len(called) > 0 {
		return errors.New("update the modules, or Go, to the versions that fix them")
	}
	return nil
}

func orNone(version string) string {
	if version == "" {
		return "no version yet"
	}
	return version
}
