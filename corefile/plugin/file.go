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

// zoneFiles are all uses of the plugin file in a server block. Positions are those among
// the parser's tokens.
type zoneFiles struct {
	*Parser

	files    []int // their positions
	reload   time.Duration
	reloadAt int
	negative map[string]int // the positions of negative reloads, by the zone they hold for
}

func (f *zoneFiles) read() error {
	if !f.NextArg() {
		return f.argErr("file DBFILE [ZONE...]")
	}
	position, name := f.position, f.Val()
	zones := f.origins(f.RemainingArgs(), 0)
	if name != "" || len(zones) > 0 { // "" is the server's folder, which opens, and stops it only when read for a zone
		f.files = append(f.files, position)
	}
	err := f.block(properties{
		{name: "fallthrough", since: "1.12.2", read: f.fallthroughZones},
		{name: "reload", read: func() (err error) {
			f.reloadAt = f.position + 1
			f.reload, err = f.zoneReload(anyDuration)
			return err
		}},
		{name: "reload_by_mtime", since: "1.14.4", read: nothing},
		{name: "upstream", read: f.formerUpstream},
	})
	for _, zone := range zones {
		delete(f.negative, zone)
		if f.reload < 0 {
			f.negative[zone] = f.reloadAt
		}
	}
	return err
}

func (f *zoneFiles) check() error {
	if len(f.negative) > 0 {
		position := slices.Min(slices.Collect(maps.Values(f.negative)))
		return f.errorAt(f.backTo(position), RuleInvalidValue, "the reload interval is negative, which makes CoreDNS panic. Write 0 to read the zone file only once")
	}
	for _, position := range f.files {
		back := f.backTo(position)
		path := f.at(back).Text
		if f.reload != 0 { // CoreDNS waits for a file that is missing
			f.warnf(back, RulePodFile, "the server reads %s in its pod and does not start if that is not a zone file; Corewarden cannot check it", corefile.Quote(path))
		} else if err := f.podFile(back, path, "the zone file"); err != nil {
			return err
		}
	}
	return nil
}
