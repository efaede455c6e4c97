package repository

import (
	"regexp"
	"testing"
)

// Go, git and make find their own way; a clone works anywhere.
var notPortable = map[string]*regexp.Regexp{
	"a path of one machine": regexp.MustCompile(
		`/(work/(main|shared)|root/(go|\.cache)|home/\w+|Users/\w+)\b`),
	"a package registry's host": regexp.MustCompile(
		`\b((proxy|sum)\.golang\.org|goproxy\.(io|cn)|registry\.npmjs\.org|pypi\.org|pythonhosted\.org|crates\.io|rubygems\.org)\b`),
}

func TestNothingOfOneMachineIsLeft(t *testing.T) {
	t.Parallel()
	for name, text := range readRepository(t).texts {
		for what, pattern := range notPortable {
			for _, at := range pattern.FindAllStringIndex(text, -1) {
				t.Errorf("%s:%d: %s: %s", name, lineOf(text, at[0]), what, text[at[0]:at[1]])
			}
		}
	}
}
