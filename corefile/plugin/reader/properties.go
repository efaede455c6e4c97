package reader

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"corewarden/corefile"
)

// Properties are what may stand in a plugin's block. They are made for each use of a plugin: a
// slice on the stack, as long as nothing keeps it.
type Properties []Property

// A Property reads what follows its name.
//
// Its words leave it only as copies. Else the compiler would put all readers of the properties, and
// what they read into, on the heap.
type Property struct {
	Name  string
	Usage string // what follows the name; "" for nothing
	Since string // the version of CoreDNS that it came with; "" for every supported one
	Until string // the last version that had it; "" where the newest has it
	Read  func() error
}

// Find returns the property of a name, whichever releases have it.
func (known Properties) Find(name string) (Property, bool) {
	i := slices.IndexFunc(known, func(p Property) bool { return p.Name == name })
	if i < 0 {
		return Property{}, false
	}
	return known[i], true
}

// Names returns the names of the properties that the release has, sorted.
func (p *Parser) Names(known Properties) []string {
	names := make([]string, 0, len(known))
	for _, property := range known {
		if p.Knows(known, property.Name) {
			names = append(names, strings.Clone(property.Name))
		}
	}
	slices.Sort(names)
	return names
}

// Knows reports whether the release has a property.
func (p *Parser) Knows(known Properties, name string) bool {
	property, found := known.Find(name)
	return found && p.Since(property.Since) && (property.Until == "" || !p.Since(property.Until) || p.Release.CoreDNSVersion() == property.Until)
}

// ReadBlock reads the plugin's block, if there is one. After an error it goes on with the
// next line, so that every line is judged.
func (p *Parser) ReadBlock(known Properties) error {
	return p.BlockOr(known, func() bool { return false }, nil)
}

// BlockOr is ReadBlock for a plugin that takes some lines for something else than properties:
// those for which isOther reports true are read by other.
func (p *Parser) BlockOr(known Properties, isOther func() bool, other func()) error {
	for p.nextProperty() {
		if isOther() {
			other()
			continue
		}
		if !p.Judged(p.property(p.Val(), known)) {
			return nil
		}
	}
	return nil
}

// nextProperty is NextBlock, and takes note of a property whose name is hidden.
func (p *Parser) nextProperty() bool {
	found := p.NextBlock()
	p.Nameless = p.Nameless || found && p.Hidden(p.Token())
	return found
}

// FoldedBlock is ReadBlock for a plugin that takes its properties' names in capitals, too.
func (p *Parser) FoldedBlock(known Properties) error {
	for p.nextProperty() {
		if !p.Judged(p.property(strings.ToLower(p.Val()), known)) {
			return nil
		}
	}
	return nil
}

// Judged reports the error of a property, if any, and passes over the rest of its line, as it
// does where the property stopped at a word that is hidden. It
// returns false if what belongs to which block is guesswork from there on.
func (p *Parser) Judged(err error) bool {
	if err == nil && !p.unread {
		return true
	}
	p.unread = false
	if err != nil {
		p.ReportError(err)
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

// LenientBlock is ReadBlock for a plugin that ignored unknown properties in versions of
// CoreDNS before the given one, word by word.
func (p *Parser) LenientBlock(strict string, known Properties) error {
	line := 0
	unknown := func() bool { return !p.Since(strict) && !p.Knows(known, p.Val()) }
	return p.BlockOr(known, unknown, func() {
		if p.Hidden(p.Token()) { // it may be a property that takes what follows
			p.RemainingArgs()
			return
		}
		if at := p.Token(); at.Line() != line {
			line = at.Line()
			p.Warnf(RuleIgnored, "%s ignores the unknown property %s, but CoreDNS %s and later do not start with it. Remove it", p.Release.Name, corefile.Quote(p.Val()), strict)
		}
	})
}

func (p *Parser) property(name string, known Properties) error {
	if p.Describe != nil {
		for _, property := range known {
			p.Describe(strings.Clone(property.Name), strings.Clone(property.Usage), strings.Clone(property.Since), strings.Clone(property.Until))
		}
	}
	property, found := known.Find(name)
	switch {
	case !found:
		return p.UnknownProperty(name, p.Names(known))
	case property.Since != "" && !p.Since(property.Since):
		return p.Errorf(RuleUnavailableProperty, "%s has no property %q: it came with CoreDNS %s. Remove it", p.Release.Name, name, strings.Clone(property.Since))
	case property.Until != "" && p.Since(property.Until) && p.Release.CoreDNSVersion() != property.Until:
		return p.Errorf(RuleUnavailableProperty, "%s no longer has the property %q: CoreDNS %s was the last with it. Remove it", p.Release.Name, name, strings.Clone(property.Until))
	}
	return property.Read()
}

// misnomers are words that people write for properties, too unlike to be misspellings, by
// plugin.
var misnomers = map[string]map[string]string{
	"cache": {"positive": "success", "negative": "denial"},
}

// UnknownProperty is the error for a property, the current token, that is none of those that are
// known.
func (p *Parser) UnknownProperty(name string, known []string) error {
	nearest := cmp.Or(misnomers[p.Name][name], corefile.Nearest(name, known))
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
		message: fmt.Sprintf("%s: unknown property %s; %s", p.Name, corefile.Quote(name), remedy),
	}
}
