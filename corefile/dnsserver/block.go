package dnsserver

import (
	"slices"

	"corewarden/corefile"
	"corewarden/corefile/plugin"
	"corewarden/corefile/plugin/reader"
)

// A Block is a server block as a server reads it.
type Block struct {
	*corefile.Block
	// Zones are what its keys stand for, but for those that only the pod knows.
	Zones []Zone
	// Settings are what its plugins say.
	plugin.Settings
}

// A Zone is what one key of a server block, or one part of a network, makes CoreDNS serve.
type Zone struct {
	served
	Key *corefile.Token
}

// served is what server blocks may serve only once at a place. The name is fully
// qualified.
type served struct{ Transport, Name, Port string }

// everywhere is what a block without bind listens on.
var everywhere = []plugin.Address{{}}

// Addresses returns what the block listens on: the addresses of its binds, or everywhere.
func (b *Block) Addresses() []plugin.Address {
	if !b.Uses("bind") {
		return everywhere
	}
	if len(b.Binds) == 1 {
		return b.Binds[0].Addresses
	}
	var all []plugin.Address
	for _, bind := range b.Binds {
		all = append(all, bind.Addresses...)
	}
	return all
}

// read reads the zones of a block and what its plugins say.
func (c *checker) read(block *corefile.Block) Block {
	if b, found := c.kept(block); found {
		return b
	}
	return c.readBlock(block)
}

func (c *checker) readBlock(block *corefile.Block) Block {
	b := Block{Block: block}
	settings := &c.reading
	c.block = block
	if c.uses == nil {
		c.uses = func(plugin string) bool { return c.block.Uses(plugin) }
	}
	*settings = plugin.Block{Block: reader.Block{
		Release: c.release, Report: &c.Report, Has: c.uses, Pod: c.pod, Shared: &c.shared, Parsed: c.parsed,
		Zones: settings.Zones[:0], Transports: settings.Transports[:0], Ports: settings.Ports[:0],
	}}
	settings.Unnamed = unnamed(block)
	b.Zones = make([]Zone, 0, len(block.Keys))
	c.badPorts = c.badPorts[:0]
	c.warnLonePlugin(block)
	for i := range block.Keys {
		key := &block.Keys[i]
		if c.Full() {
			return b
		}
		for _, zone := range c.zones(*key) {
			if c.tooMany(*key, 1) {
				return b
			}
			if block.HasBraces() { // else the text is hardly meant to name a zone
				c.warnCapitals(*key, zone.Name)
			}
			b.Zones = append(b.Zones, Zone{zone, key})
			settings.Zones = append(settings.Zones, zone.Name)
			settings.Transports = append(settings.Transports, zone.Transport)
			settings.Ports = append(settings.Ports, zone.Port)
		}
	}
	check := func(first bool) {
		for _, d := range block.Plugins() {
			if name := d.Name(); first == (name == "root" || name == "bind") && c.release.Has(name) {
				plugin.Check(name, d.Tokens, settings)
			}
		}
	}
	check(true) // others read files relative to the folder that root names, and run only where the block listens
	check(false)
	b.Settings = settings.Settings
	c.reportPorts(&b)
	return b
}

// unnamed reports whether the environment names a plugin of a block.
func unnamed(b *corefile.Block) bool {
	return slices.ContainsFunc(b.Directives, func(d corefile.Directive) bool { return d.Tokens[0].DependsOnEnvironment() })
}

// serveAll checks where the zones of a block are served.
func (c *checker) serveAll(b *Block, listeners *listeners) {
	filtered := b.Uses("view")
	mayDiffer := !filtered && unnamed(b.Block) // be bound, or have a view
	addresses := b.Addresses()
	for _, zone := range b.Zones {
		if c.Full() || c.tooMany(*zone.Key, max(1, len(addresses))-1) {
			return
		}
		for _, address := range addresses {
			l := listener{served: zone.served, address: address.Place()}
			if address.Doubtful || mayDiffer {
				if !filtered {
					listeners.doubtful = append(listeners.doubtful, doubt{l, zone.Key, mayDiffer})
				}
				continue
			}
			c.listen(listeners, l, zone.Key, filtered && zone.Transport != "unix") // for which CoreDNS looks at no view
			c.encrypted(listeners, l, *zone.Key, b)
		}
	}
}
