package corefile

import (
	"path"
	"strings"
	"testing"
)

// FuzzGlob compares with path.Match, which CoreDNS uses.
func FuzzGlob(f *testing.F) {
	for _, pattern := range []string{"/a/*", "/a/*b", "/a/b*", "/a/?b", "/a/*?", `/a/\*`, `/a/b\`, "/a/[b", "/a/*b]", "/*/b", `/a/*\b`, "/a/b*b"} {
		for _, name := range []string{"/a/", "/a/b", "/a/bb", "/a/*", "/a/b]", "/a/b/b", "/a/bxb"} {
			f.Add(pattern, name)
		}
	}
	f.Fuzz(func(t *testing.T, pattern, name string) {
		if !strings.ContainsAny(pattern, meta) {
			t.Skip("no pattern")
		}
		want, err := path.Match(pattern, name)
		if got := newGlob(pattern).matches(name); got != (want && err == nil) {
			t.Errorf("%q matches %q = %v, want %v", pattern, name, got, want)
		}
	})
}
