package query

import (
	"github.com/miekg/dns"

	"corewarden/corefile/plugin/reader"
)

// stores are the plugins that answer for zones from records elsewhere.
var stores = []string{"auto", "azure", "dynupdate", "etcd", "file", "k8s_external", "secondary"}

// lone are those of them of which each use is asked by itself, in the order of the file.
var lone = []string{"clouddns", "route53"}

// store follows the plugins that answer for zones from records elsewhere. Of several uses the
// one with the longest zone counts, and of those with the same zone the last.
func store(c *call) *reply {
	var found *reader.Store
	zone := ""
	for i := range c.block.Stores {
		s := &c.block.Stores[i]
		if s.Token.Text != c.links[0].plugin {
			continue
		}
		if z := covering(s.Zones, c.lower()); z != "" && len(z) >= len(zone) {
			found, zone = s, z
		}
	}
	if found == nil {
		return c.noZone()
	}
	return c.stored(found, zone)
}

// loneStore is store for a single use.
func loneStore(s *reader.Store) model {
	return func(c *call) *reply {
		if zone := covering(s.Zones, c.lower()); zone != "" {
			return c.stored(s, zone)
		}
		return c.next()
	}
}

// stored is what a use answers for names in one of its zones.
func (c *call) stored(found *reader.Store, zone string) *reply {
	on := "the records of the plugin " + found.Token.Text
	if found.File != "" {
		on = "the zone file " + found.File
	}
	none := func(r *reply) *reply {
		if covering(found.Fallthrough, c.lower()) != "" {
			return c.next().after(c.stepAt(found.Token, "hands it on, as fallthrough says"))
		}
		return r
	}
	if z, ok := c.server.zone(found.File, zone); ok {
		if r, missing, sure := z.lookup(c); sure && missing {
			return none(r).after(c.stepAt(found.Token, "has no such name"))
		} else if sure {
			return r.after(c.stepAt(found.Token, "answers from "+found.File))
		}
	}
	variants := []variant{
		{on, "there is such a record", c.something()},
		{on, "there is the name, but no such record", c.message(dns.RcodeSuccess)},
		{on, "there is no such name", none(c.message(dns.RcodeNameError))},
		{on, "there is an alias", &reply{end: Depends, on: "the target of the alias"}},
		{on, "the zone is not loaded", c.failure(dns.RcodeServerFailure)},
	}
	if found.Token.Text == "auto" {
		variants = append(variants, variant{on, "no file is of such a zone", c.noZone()})
	}
	return either(variants...).after(c.stepAt(found.Token, "depends on "+on))
}

// noZone is what comes of a question that is in none of a plugin's zones.
func (c *call) noZone() *reply {
	if refuses := contains([]string{"file", "auto"}, c.links[0].plugin); c.last() && refuses && c.server.Release.AtLeast("1.12.3") {
		return c.failure(dns.RcodeRefused).after(c.step("has no such zone, and no plugin is behind it: REFUSED"))
	}
	return c.next()
}
