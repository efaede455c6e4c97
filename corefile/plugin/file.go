package plugin

import (
	"maps"
	"slices"
	"time"

	"corewarden/corefile"
)

// filePlugin reads: file DBFILE [ZONE...] { reload DURATION; reload_by_mtime; fallthrough
// [ZONE...]; upstream }. All uses in a block count. A reload holds for the uses after it,
// too, until the next one.
func filePlugin(p *Parser) error {
	f := &zoneFiles{Parser: p, reload: time.Minute, negative: map[string]int{}}
	if err := p.every(f.read); err != nil {
		return err
	}
	return f.check()
}

// zoneFiles are all uses of the plugin file in a server block.
type zoneFiles struct {
	*Parser

	files    []zoneFile
	known    int // how many of the first of them are
	reload   time.Duration
	reloads  []corefile.Token // the words that set it
	negative map[string]int   // those of reloads that are negative, by the zone they hold for
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
	name := f.Token()
	zones := f.origins(f.RemainingArgs())
	use.Zones, use.File = zones, f.inRoot(name.Text)
	defer func() { f.store(use) }()
	if name.Text != "" || len(zones) > 0 { // "" is the server's folder, which opens, and stops it only when read for a zone
		f.files = append(f.files, zoneFile{name, zones})
	}
	err := f.block(properties{
		{name: "fallthrough", since: "1.12.2", read: f.fallthroughInto(&use.Fallthrough)},
		{name: "reload", read: func() (err error) {
			var at corefile.Token
			f.reload, at, err = f.zoneReload(anyDuration)
			f.reloads = append(f.reloads, at)
			return err
		}},
		{name: "reload_by_mtime", since: "1.14.4", read: nothing},
		{name: "upstream", read: f.formerUpstream},
	})
	for _, zone := range zones {
		delete(f.negative, zone)
		if f.reload < 0 {
			f.negative[zone] = len(f.reloads) - 1
		}
	}
	return err
}

func (f *zoneFiles) check() error {
	if len(f.negative) > 0 {
		first := slices.Min(slices.Collect(maps.Values(f.negative)))
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
