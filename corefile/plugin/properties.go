package plugin

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"corewarden/corefile"
)

// properties are what may stand in a plugin's block. They are made for each use of a plugin: a
// slice on the stack, as long as nothing keeps it.
type properties []property

// A property reads what follows its name.
//
// Its words leave it only as copies. Else the compiler would put all readers of the properties, and
// what they read into, on the heap.
type property struct {
	name  string
	usage string // what follows the name; "" for nothing
	since string // the version of CoreDNS that it came with; "" for every supported one
	until string // the last version that had it; "" where the newest has it
	read  func() error
}

func (known properties) find(name string) (property, bool) {
	i := slices.IndexFunc(known, func(p property) bool { return p.name == name })
	if i < 0 {
		return property{}, false
	}
	return known[i], true
}

// names returns the names of the properties that the release has, sorted.
func (p *Parser) names(known properties) []string {
	names := make([]string, 0, len(known))
	for _, property := range known {
		if p.knows(known, property.name) {
			names = append(names, strings.Clone(property.name))
		}
	}
	slices.Sort(names)
	return names
}

// knows reports whether the release has a property.
func (p *Parser) knows(known properties, name string) bool {
	property, found := known.find(name)
	return found && p.since(property.since) && (property.until == "" || !p.since(property.until) || p.Release.CoreDNSVersion() == property.until)
}

// block reads the plugin's block, if there is one. After an error it goes on with the
// next line, so that every line is judged.
func (p *Parser) block(known properties) error {
	return p.blockOr(known, func() bool { return false }, nil)
}

// blockOr is block for a plugin that takes some lines for something else than properties:
// those for which isOther reports true are read by other.
func (p *Parser) blockOr(known properties, isOther func() bool, other func()) error {
	for p.nextProperty() {
		if isOther() {
			other()
			continue
		}
		if !p.judged(p.property(p.Val(), known)) {
			return nil
		}
	}
	return nil
}

// nextProperty is NextBlock, and takes note of a property whose name is hidden.
func (p *Parser) nextProperty() bool {
	found := p.NextBlock()
	p.nameless = p.nameless || found && p.hidden(p.Token())
	return found
}

// foldedBlock is block for a plugin that takes its properties' names in capitals, too.
func (p *Parser) foldedBlock(known properties) error {
	for p.nextProperty() {
		if !p.judged(p.property(strings.ToLower(p.Val()), known)) {
			return nil
		}
	}
	return nil
}

// judged reports the error of a property, if any, and passes over the rest of its line, as it
// does where the property stopped at a word that is hidden. It
// returns false if what belongs to which block is guesswork from there on.
func (p *Parser) judged(err error) bool {
	if err == nil && !p.unread {
		return true
	}
	p.unread = false
	if err != nil {
		p.reportError(err)
	}
	for p.Report.Full() && p.Next() { // further errors would only be counted
	}
	for p.NextArg() {
		if p.Val() == "{" {
			return false
		}
	}
	return true
}

// lenientBlock is block for a plugin that ignored unknown properties in versions of
// CoreDNS before the given one, word by word.
func (p *Parser) lenientBlock(strict string, known properties) error {
	line := 0
	unknown := func() bool { return !p.since(strict) && !p.knows(known, p.Val()) }
	return p.blockOr(known, unknown, func() {
		if p.hidden(p.Token()) { // it may be a property that takes what follows
			p.RemainingArgs()
			return
		}
		if at := p.Token(); at.Line() != line {
			line = at.Line()
			p.warnf(RuleIgnored, "%s ignores the unknown property %s, but CoreDNS %s and later do not start with it. Remove it", p.Release.Name, corefile.Quote(p.Val()), strict)
		}
	})
}

// described returns what a property is for others.
func (p property) described() Property {
	return Property{Name: strings.Clone(p.name), Arguments: strings.Clone(p.usage), Since: strings.Clone(p.since), Until: strings.Clone(p.until)}
}

func (p *Parser) property(name string, known properties) error {
	if p.describe != nil {
		for _, property := range known {
			p.describe(property.described())
		}
	}
	property, found := known.find(name)
	switch {
	case !found:
		return p.unknownProperty(name, p.names(known))
	case property.since != "" && !p.since(property.since):
		return p.errorf(RuleUnavailableProperty, "%s has no property %q: it came with CoreDNS %s. Remove it", p.Release.Name, name, property.described().Since)
	case property.until != "" && p.since(property.until) && p.Release.CoreDNSVersion() != property.until:
		return p.errorf(RuleUnavailableProperty, "%s no longer has the property %q: CoreDNS %s was the last with it. Remove it", p.Release.Name, name, property.described().Until)
	}
	return property.read()
}

// misnomers are words that people write for properties, too unlike to be misspellings, by
// plugin.
var misnomers = map[string]map[string]string{
	"cache": {"positive": "success", "negative": "denial"},
}

func (p *Parser) unknownProperty(name string, known []string) error {
	nearest := cmp.Or(misnomers[p.plugin][name], corefile.Nearest(name, known))
	remedy := "there are none: remove it"
	switch {
	case p.Release.Has(name):
		nearest, remedy = "", `it is a plugin. Move it out of this block, or close the block above it with "}"`
	case nearest != "":
		remedy = fmt.Sprintf("did you mean %q?", nearest)
	case len(known) > 0:
		remedy = "it has " + strings.Join(known, ", ")
	}
	return &fault{
		token: p.Token(), rule: RuleUnknownProperty, suggestion: nearest,
		message: fmt.Sprintf("%s: unknown property %s; %s", p.plugin, corefile.Quote(name), remedy),
	}
}
