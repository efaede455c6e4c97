package dnsserver

import (
	"fmt"
	"net"

	"corewarden/corefile/plugin"
	"corewarden/corefile/plugin/reader"
)

// tapsOnPort are endpoints of dnstap on a port: one of all, one of those on every address, and
// one for each host. Where there are several, it is one that listens for certain.
type tapsOnPort struct {
	any, everywhere *plugin.Tap
	byHost          map[string]*plugin.Tap
}

// checkTaps checks that dnstap listens on no port on which a block does, over TCP. The server
// does not start then: it opens its sockets after those of plugins, and shares a port only with
// those who share it as well.
func (c *checker) checkTaps(blocks []Block) {
	ports := map[string]*tapsOnPort{}
	for i := range blocks {
		for j := range blocks[i].Taps {
			c.addTap(ports, &blocks[i].Taps[j])
		}
	}
	if len(ports) == 0 {
		return
	}
	told := map[*plugin.Tap]bool{}
	for i := range blocks {
		addresses := blocks[i].Addresses()
		for _, zone := range blocks[i].Zones {
			taps := ports[zone.Port]
			if taps == nil || !overTCP(zone.Transport) {
				continue
			}
			for _, address := range addresses {
				if tap := c.tapOn(taps, address); tap != nil && !told[tap] {
					told[tap] = true
					c.inTheWay(tap, zone, address)
				}
			}
		}
	}
}

func (c *checker) addTap(ports map[string]*tapsOnPort, tap *plugin.Tap) {
	on := ports[tap.Port]
	if on == nil {
		on = &tapsOnPort{byHost: map[string]*plugin.Tap{}}
		ports[tap.Port] = on
	}
	on.any = c.likelier(on.any, tap)
	if reader.Everywhere(tap.Host) {
		on.everywhere = c.likelier(on.everywhere, tap)
	}
	host := reader.CanonicalHost(tap.Host)
	on.byHost[host] = c.likelier(on.byHost[host], tap)
}

// tapOn returns a tap that meets an address, or nil. Only the pod knows those of an interface.
func (c *checker) tapOn(taps *tapsOnPort, address plugin.Address) *plugin.Tap {
	if reader.Everywhere(address.Place()) {
		return taps.any
	}
	return c.likelier(taps.everywhere, taps.byHost[reader.CanonicalHost(address.IP)])
}

// likelier returns the first of two taps, or the second if only that listens for certain. Both
// may be nil.
func (c *checker) likelier(first, second *plugin.Tap) *plugin.Tap {
	if first == nil || second != nil && !c.listens(first) && c.listens(second) {
		return second
	}
	return first
}

// listens reports whether a tap listens for certain: on an address that every pod has, or this
// one.
func (c *checker) listens(tap *plugin.Tap) bool {
	ip := net.ParseIP(tap.Host)
	return !tap.Doubtful && (reader.Everywhere(tap.Host) || ip.IsLoopback() || c.pod.Has(tap.Host))
}

// inTheWay tells of a tap and a zone on one port, in the text that is judged.
func (c *checker) inTheWay(tap *plugin.Tap, zone Zone, address plugin.Address) {
	report := c.Error
	if address.Doubtful || !c.listens(tap) {
		report = c.Warn
	}
	if tap.Token.Foreign() {
		report(*zone.Key, reader.RuleConflict, fmt.Sprintf(
			"the server does not start: dnstap already listens on port %s, in another text that it loads. Choose another port", tap.Port))
		return
	}
	report(tap.Token, reader.RuleConflict, fmt.Sprintf(
		"dnstap: it listens on port %s first, so the server block on that port cannot, and the server does not start. Choose another port for dnstap", tap.Port))
}

// overTCP reports whether blocks of a transport listen over TCP.
func overTCP(transport string) bool {
	return transport != "quic" && transport != "https3" && transport != "unix"
}
