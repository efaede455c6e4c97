package reader

import (
	"regexp/syntax"
	"strconv"
	"sync"
	gotemplate "text/template"
	"text/template/parse"
)

// A Parsed keeps what regular expressions and templates parse to: several servers load the same
// ones, and more than one question is asked of each. It goes with one verdict. Several goroutines
// may use it. The zero Parsed is empty and ready to use; a nil one keeps nothing.
type Parsed struct {
	mu        sync.Mutex
	regexps   map[string]regexpOf
	templates map[named]templateOf
}

type regexpOf struct {
	syntax *syntax.Regexp
	err    error
}

// A named is a template, which may define others of its own name.
type named struct{ name, text string }

type templateOf struct {
	tree *parse.Tree
	err  error
}

// Regexp returns what an expression of Go's package regexp parses to, which is not to be changed,
// or a *syntax.Error.
func (p *Parsed) Regexp(text string) (*syntax.Regexp, error) {
	if p == nil {
		return syntax.Parse(text, syntax.Perl)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	found, known := p.regexps[text]
	if !known {
		found.syntax, found.err = syntax.Parse(text, syntax.Perl)
		if p.regexps == nil {
			p.regexps = map[string]regexpOf{}
		}
		p.regexps[text] = found
	}
	return found.syntax, found.err
}

// Template returns what a template of the plugin template parses to, which is not to be changed.
func (p *Parsed) Template(name, text string) (*parse.Tree, error) {
	if p == nil {
		return templateTree(name, text)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	found, known := p.templates[named{name, text}]
	if !known {
		found.tree, found.err = templateTree(name, text)
		if p.templates == nil {
			p.templates = map[named]templateOf{}
		}
		p.templates[named{name, text}] = found
	}
	return found.tree, found.err
}

// templateTree parses a template. Most call no function, and so need no table of those: to make one
// takes longer than to parse them.
func templateTree(name, text string) (*parse.Tree, error) {
	if trees, err := parse.Parse(name, text, "", ""); err == nil {
		return trees[name], nil
	}
	parsed, err := gotemplate.New(name).Funcs(gotemplate.FuncMap{"parseInt": strconv.ParseUint}).Parse(text)
	if err != nil {
		return nil, err
	}
	return parsed.Tree, nil
}
