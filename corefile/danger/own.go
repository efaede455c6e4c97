package danger

// own is what the server's own Corefile does.
type own struct {
	zones     []zone
	endpoints []endpoint
	// addresses are those that it binds to, and bound the same by the port.
	addresses []string
	bound     map[string][]string
	// open are the ports on which it listens on every address.
	open map[string]bool
}

// add takes note of a block, as far as it is the server's own.
func (o *own) add(b block) {
	for _, d := range b.Directives {
		if e, serves := endpointOf(d); serves && e.plugin.Foreign() {
			o.endpoints = append(o.endpoints, e)
		}
	}
	if b.judged() {
		return
	}
	o.zones = append(o.zones, b.zones...)
	for _, z := range b.zones {
		o.open[z.port] = o.open[z.port] || len(b.binds) == 0
	}
	for _, address := range b.binds {
		for _, z := range b.zones {
			if !containsAddress(o.bound[z.port], address) {
				o.bound[z.port] = append(o.bound[z.port], address)
			}
		}
		if !containsAddress(o.addresses, address) {
			o.addresses = append(o.addresses, address)
		}
	}
}

// binds reports whether it binds to addresses wherever it listens on a port.
func (o *own) binds(port string) bool { return len(o.bound[port]) > 0 && !o.open[port] }
