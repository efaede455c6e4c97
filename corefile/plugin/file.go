package plugin

import (
	"slices"
	"time"

	"corewarden/corefile"
)

// filePlugin reads: file DBFILE [ZONE...] { reload DURATION; reload_by_mtime; fallthrough
// [ZONE...]; upstream }. All uses in a block count. A reload holds for the uses after it,
// too, until the next one.
func filePlugin(p *Parser) error {
	f := &zoneFiles{Parser: p, reload: time.Minute}
	if err := p.every(f.read); err != nil {
		return err
	}
	return f.check()
}

// zoneFiles are all uses of the plugin file in a server block.
type zoneFiles struct {
	*Parser

	files     []zoneFile
	known     int // how many of the first of them are
	reload    time.Duration
	reloads   []corefile.Token // the words that set it
	intervals []interval       // one for each use
}

// An interval is a use's: that of the last use for a zone counts.
type interval struct {
	zones    []string
	ofBlock  bool // the zones are the block's
	negative bool
	reload   int // the index of the word that set it, in reloads
}

// A zoneFile is a file and the zones that it is read for.
type zoneFile struct {
	corefile.Token
	zones []string
}

func (f *zoneFiles) read() error {
	if !f.NextArg() {
		return f.argErr("file DBFILE [ZONE...]")
	}
	use := Store{Token: f.tokens[f.position-1]}
	name, args := f.Token(), f.RemainingArgs()
	zones := f.origins(args)
	use.Zones, use.File = zones, f.inRoot(name.Text)
	defer func() { f.store(use) }()
	if name.Text != "" || len(zones) > 0 { // "" is the server's folder, which opens, and stops it only when read for a zone
		f.files = append(f.files, zoneFile{name, zones})
	}
	err := f.block(properties{
		{name: "fallthrough", usage: "[ZONE...]", since: "1.12.2", read: f.fallthroughInto(&use.Fallthrough)},
		{name: "reload", usage: "DURATION", read: func() (err error) {
			var at corefile.Token
			f.reload, at, err = f.zoneReload(anyDuration)
			f.reloads = append(f.reloads, at)
			return err
		}},
		{name: "reload_by_mtime", since: "1.14.4", read: nothing},
		{name: "upstream", read: f.formerUpstream},
	})
	f.intervals = append(f.intervals, interval{zones, len(args) == 0, f.reload < 0, len(f.reloads) - 1})
	return err
}

// firstNegative returns the first word that sets a negative interval that counts. Uses for the
// block's zones are looked at once: there may be as many as there are zones.
func (f *zoneFiles) firstNegative() (first int, found bool) {
	if !slices.ContainsFunc(f.intervals, func(i interval) bool { return i.negative }) {
		return 0, false
	}
	first = len(f.reloads)
	decided, block := map[string]bool{}, false
	for _, i := range slices.Backward(f.intervals) {
		if i.ofBlock && block {
			continue
		}
		block = block || i.ofBlock
		for _, zone := range i.zones {
			if !decided[zone] && i.negative {
				first = min(first, i.reload)
			}
			decided[zone] = true
		}
	}
	return first, first < len(f.reloads)
}

func (f *zoneFiles) check() error {
	if first, found := f.firstNegative(); found && !f.overridable() {
		return f.errorAt(f.reloads[first], RuleInvalidValue, "the reload interval is negative, which makes CoreDNS panic. Write 0 to read the zone file only once")
	}
	for i, file := range f.files {
		text, known := f.Pod.file(f.inRoot(file.Text))
		if known && i == f.known { // when one file is missing CoreDNS reads none of those after it
			f.known++
			if err := f.checkZones(file, text); err != nil {
				return err
			}
			continue
		}
		if f.reload != 0 { // CoreDNS waits for a file that is missing
			f.readsFile(file.Token)
			f.warnAt(file.Token, RulePodFile, "the server reads %s in its pod and does not start if that is not a zone file; Corewarden cannot check it", corefile.Quote(file.Text))
		} else if err := f.podFile(file.Token, "the zone file"); err != nil {
			return err
		}
	}
	return nil
}
