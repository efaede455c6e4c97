package plugin

import "corewarden/corefile/plugin/reader"

// k8sExternal reads: k8s_external [ZONE...] { apex NAME; ttl SECONDS; headless;
// fallthrough [ZONE...] }. The last use in a block counts, but all have to be right.
func k8sExternal(p *Parser) error {
	if !p.MayHave("kubernetes") {
		p.ReportError(p.Errorf(reader.RuleConflict, "it answers from data of the kubernetes plugin, which this block does not use. Add kubernetes to the block"))
	}
	return p.Every(func() error {
		use := reader.Store{Token: p.Token(), Zones: p.Origins(p.RemainingArgs())}
		defer func() { p.Store(use) }()
		return p.ReadBlock(reader.Properties{
			{Name: "apex", Usage: "NAME", Read: p.Some("apex NAME")},
			{Name: "ttl", Usage: "SECONDS", Read: p.TTL},
			{Name: "headless", Read: reader.Nothing},
			{Name: "fallthrough", Usage: "[ZONE...]", Read: p.FallthroughInto(&use.Fallthrough)},
		})
	})
}
