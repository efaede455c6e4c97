package plugin

import (
	"slices"
	"time"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// filePlugin reads: file DBFILE [ZONE...] { reload DURATION; reload_by_mtime; fallthrough
// [ZONE...]; upstream }. All uses in a block count. A reload holds for the uses after it,
// too, until the next one.
func filePlugin(p *Parser) error {
	f := &zoneFiles{Parser: p, reload: time.Minute}
	if err := p.Every(f.read); err != nil {
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
	use := reader.Store{Token: f.Token()}
	if !f.NextArg() {
		return f.ArgErr("file DBFILE [ZONE...]")
	}
	name, args := f.Token(), f.RemainingArgs()
	zones := f.Origins(args)
	use.Zones, use.File = zones, f.InRoot(name.Text)
	defer func() { f.Store(use) }()
	if name.Text != "" || len(zones) > 0 { // "" is the server's folder, which opens, and stops it only when read for a zone
		f.files = append(f.files, zoneFile{name, zones})
	}
	err := f.ReadBlock(reader.Properties{
		{Name: "fallthrough", Usage: "[ZONE...]", Since: "1.12.2", Read: f.FallthroughInto(&use.Fallthrough)},
		{Name: "reload", Usage: "DURATION", Read: func() (err error) {
			var at corefile.Token
			f.reload, at, err = f.ZoneReload(reader.AnyDuration)
			f.reloads = append(f.reloads, at)
			return err
		}},
		{Name: "reload_by_mtime", Since: "1.14.4", Read: reader.Nothing},
		{Name: "upstream", Read: f.FormerUpstream},
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
	if first, found := f.firstNegative(); found && !f.Overridable() {
		return f.ErrorAt(f.reloads[first], reader.RuleInvalidValue, "the reload interval is negative, which makes CoreDNS panic. Write 0 to read the zone file only once")
	}
	for i, file := range f.files {
		text, known := f.Pod.Content(f.InRoot(file.Text))
		if known && i == f.known { // when one file is missing CoreDNS reads none of those after it
			f.known++
			if err := f.checkZones(file, text); err != nil {
				return err
			}
			continue
		}
		if f.reload != 0 { // CoreDNS waits for a file that is missing
			f.ReadsFile(file.Token)
			f.WarnAt(file.Token, reader.RulePodFile, "the server reads %s in its pod and does not start if that is not a zone file; Corewarden cannot check it", corefile.Quote(file.Text))
		} else if err := f.PodFile(file.Token, "the zone file"); err != nil {
			return err
		}
	}
	return nil
}
