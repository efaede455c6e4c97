package plugin

// k8sExternal reads: k8s_external [ZONE...] { apex NAME; ttl SECONDS; headless;
// fallthrough [ZONE...] }. The last use in a block counts, but all have to be right.
func k8sExternal(p *Parser) error {
	if !p.mayHave("kubernetes") {
		p.reportError(p.errorf(RuleConflict, "it answers from data of the kubernetes plugin, which this block does not use. Add kubernetes to the block"))
	}
	return p.every(func() error {
		use := Store{Token: p.Token(), Zones: p.origins(p.RemainingArgs())}
		defer func() { p.store(use) }()
		return p.block(properties{
			{name: "apex", usage: "NAME", read: p.some("apex NAME")},
			{name: "ttl", usage: "SECONDS", read: p.kubernetesTTL},
			{name: "headless", read: nothing},
			{name: "fallthrough", usage: "[ZONE...]", read: p.fallthroughInto(&use.Fallthrough)},
		})
	})
}
