package plugin

import (
	"math"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/domain"
)

// A Forward is one use of forward.
type Forward struct {
	// Token is the name of the plugin.
	Token corefile.Token
	// From is the zone that is forwarded, fully qualified, or "" if only the pod knows it.
	From string
	// Except are the zones that are not, and Unsure tells that there may be more.
	Except []string
	Unsure bool
	To     []Upstream
	// Alternatives tells that the forward behind it gets queries for which it finds no good
	// answer: next or next_on_nodata.
	Alternatives bool
}

// forward reads: forward FROM TO... { except, policy, health_check, tls, … }. All uses in
// a block count.
func forward(p *Parser) error {
	const usage = `forward FROM TO..., such as "forward . 192.0.2.1"`
	return p.every(func() error {
		use := Forward{Token: p.Token()}
		if !p.NextArg() {
			return p.argErr(usage)
		}
		var err error
		if use.From, err = p.forwardFrom(p.Token()); err != nil {
			return err
		}
		to := p.RemainingArgs()
		if len(to) == 0 {
			if from := p.Val(); net.ParseIP(from) != nil {
				return p.errorf(RuleWrongArguments, "the zone is missing before the address. Write: %s . %s", p.plugin, from)
			}
			return p.argErr(usage)
		}
		use.To = p.upstreams(to)
		if err := p.tooManyUpstreams(use.To); err != nil {
			return err
		}
		f := forwarding{Parser: p, expire: 10 * time.Second}
		if err := f.readBlock(); err != nil {
			return err
		}
		use.Except, use.Unsure, use.Alternatives = f.except, p.environment, f.alternatives
		p.Settings.Forwards = append(p.Settings.Forwards, use)
		for _, u := range use.To {
			if err := f.check(u); err != nil {
				p.reportError(err)
			}
		}
		if f.serverName != "" && !slices.ContainsFunc(use.To, func(u Upstream) bool { return u.transport != "dns" }) {
			p.warnAt(use.Token, RuleIgnored, "tls_servername does nothing for upstreams without TLS. Write tls:// before their addresses")
		}
		if f.maxAge > 0 && f.maxAge < f.expire {
			return p.errorf(RuleConflict, "max_age (%s) is shorter than expire (%s). Make max_age at least as long as expire, which defaults to 10s", f.maxAge, f.expire)
		}
		return nil
	})
}

// forwardFrom returns the zone that is forwarded, or "" if only the pod knows it.
func (p *Parser) forwardFrom(token corefile.Token) (string, error) {
	from := token.Text
	if p.hidden(token) {
		return "", nil
	}
	zones, err := p.normalizeExact(from)
	if err != nil {
		return "", p.notAZone(token, err)
	}
	switch {
	case domain.IsAddress(from) && p.NextArg(): // else it is an error
		p.position--
		p.warnf(RuleSilentZone, "CoreDNS reads %s as the zone to forward, which matches no query. Write the zone before the addresses: %s . %s", from, p.plugin, from)
	case corefile.ZoneHabit(from) != "":
		p.warnf(RuleSilentZone, "CoreDNS reads %s as the zone to forward, which matches no query. %s", corefile.Quote(from), corefile.ZoneHabit(from))
	case len(zones) > 1:
		p.warnf(RuleSilentZone, "CoreDNS forwards only the first of the %d zones in %s: %s. Write a forward line for each", len(zones), corefile.Quote(from), zones[0])
	}
	return zones[0], nil
}

// A forwarding is one use of forward.
type forwarding struct {
	*Parser
	except         []string
	alternatives   bool   // next or next_on_nodata
	serverName     string // of every TLS server
	resolver       bool   // looks up names
	expire, maxAge time.Duration
}

func (f *forwarding) readBlock() error {
	p := f.Parser
	if !p.atBlock() {
		return nil
	}
	return p.block(properties{
		{name: "except", usage: "ZONE...", read: p.forwardExcept(&f.except)},
		{name: "force_tcp", read: p.noArgument},
		{name: "prefer_udp", read: p.noArgument},
		{name: "expire", usage: "DURATION", read: p.durationInto(&f.expire, 0)},
		{name: "max_age", usage: "DURATION", since: "1.14.3", read: p.durationInto(&f.maxAge, 0)},
		{name: "read_timeout", usage: "DURATION", since: "1.14.5", read: p.durationInto(new(time.Duration), 1)},
		{name: "max_fails", usage: "NUMBER", read: p.forwardFails},
		{name: "max_connect_attempts", usage: "NUMBER", since: "1.13.2", read: p.forwardFails},
		{name: "max_concurrent", usage: "NUMBER", read: p.forwardAmount},
		{name: "max_idle_conns", usage: "NUMBER", since: "1.14.1", read: p.forwardAmount},
		{name: "policy", usage: "random|round_robin|sequential", read: p.nextOneOf("policy", "random", "round_robin", "sequential")},
		{name: "health_check", usage: "DURATION [no_rec] [domain NAME]", read: p.forwardHealthCheck},
		{name: "tls", usage: "[CERT KEY] [CA]", read: p.tlsFiles},
		{name: "tls_servername", usage: "SERVERNAME", read: p.wordInto(&f.serverName)},
		{name: "doh_method", usage: "POST|GET", since: "1.14.5", read: p.nextOneOf("doh_method", "POST", "GET")},
		{name: "next", usage: "RCODE...", since: "1.11.4", read: func() error { f.alternatives = true; return p.forwardNext() }},
		{name: "next_on_nodata", since: "1.14.4", read: func() error { f.alternatives = true; return p.noArgument() }},
		{name: "failfast_all_unhealthy_upstreams", since: "1.12.1", read: p.noArguments},
		{name: "failover", usage: "RCODE...", since: "1.13.0", read: p.forwardFailover},
		{name: "resolver", usage: "IP[:PORT]...", since: "1.14.4", read: func() error { f.resolver = true; return p.forwardResolver() }},
		{name: "source_address", usage: "IP", since: "1.14.6", read: p.forwardSource},
	})
}

// forwardTransports are the transports by which forward sends a query, and the version of
// CoreDNS that each came with.
var forwardTransports = map[string]string{"dns": "", "tls": "", "https": "1.14.5", "quic": "1.15.0"}

func (f *forwarding) check(u Upstream) error {
	since, known := forwardTransports[u.transport]
	_, server := splitServerName(u.Text)
	if u.transport == "tls" && server != "" && u.kind == upstreamAddress {
		f.warnOfBehaviour(serverNameInAddress, u.Token)
	}
	switch {
	case u.transport == "https" && f.since(since) && strings.Contains(u.host, "/"):
		return f.errorAt(u.Token, RuleInvalidValue, "%s has a path, but the path is always /dns-query. Remove it", corefile.Quote(u.Text))
	case u.kind == upstreamFile:
		return f.upstreamFile(u)
	case u.transport == "https3" && u.kind == upstreamAddress && !u.hasPort():
		f.warnAt(u.Token, RuleIgnored, "CoreDNS cannot forward over https3 and silently drops %s. Write https:// or tls://", corefile.Quote(u.Text))
		return nil
	case !known:
		return f.errorAt(u.Token, RuleInvalidValue, "forward cannot use transport %s. Write tls:// or none", corefile.Quote(u.transport+"://"))
	case !f.since(since):
		return f.errorAt(u.Token, RuleInvalidValue, "%s cannot forward over %s: that came with CoreDNS %s. Write tls:// or no transport", f.Release.Name, u.transport, since)
	case f.since("1.13.2") && (u.transport == "tls" || u.transport == "quic") && server != "" && f.serverName != "":
		return f.errorAt(u.Token, RuleConflict, "%s and tls_servername both name the TLS server. Remove one", corefile.Quote(u.Text))
	case u.kind == upstreamName:
		return f.checkName(u)
	}
	return nil
}

// checkName checks what is neither an address nor a file, which CoreDNS looks up at the
// start since 1.14.4.
func (f *forwarding) checkName(u Upstream) error {
	address, _ := splitServerName(u.Text)
	_, name := f.splitTransport(address)
	if host, _, err := net.SplitHostPort(name); err == nil {
		name = host
	}
	name = strings.Trim(name, "[]")
	_, isDomain := dns.IsDomainName(name)
	switch {
	case !isDomain || name == "" || net.ParseIP(name) != nil || !f.resolver && !f.nameless && !possibleHost(name):
		return f.noAddress(u, "Write an IP address")
	case !f.since("1.14.4") && corefile.IsPlaceholder(name):
		return f.noAddress(u, "Write an IP address")
	case !f.since("1.14.4"):
		return f.noAddress(u, "Write an IP address: "+f.Release.Name+" does not resolve host names here")
	case protocolRemedy(u.host) != "":
		f.warnAt(u.Token, RulePodNetwork, "the server tries to resolve %s as a host name and does not start if that fails. %s", corefile.Quote(name), protocolRemedy(u.host))
	case corefile.IsPlaceholder(name):
		f.warnAt(u.Token, RulePodNetwork, "%s looks like an unreplaced placeholder. The server tries to resolve it as a host name and does not start if that fails. Write the address", corefile.Quote(u.Text))
	default:
		f.warnAt(u.Token, RulePodNetwork, "the server starts only if it can resolve %s; Corewarden cannot check this. Write an IP address to avoid the lookup", corefile.Quote(name))
	}
	return nil
}

// forwardExcept returns a reader of: except ZONE....
func (p *Parser) forwardExcept(into *[]string) func() error {
	return func() error {
		args := p.RemainingArgs()
		if len(args) == 0 {
			return p.argErr("except ZONE...")
		}
		*into = append(*into, p.zones(args)...)
		return nil
	}
}

// forwardFails reads: max_fails NUMBER.
func (p *Parser) forwardFails() error {
	name := p.Val()
	if !p.NextArg() {
		return p.argErr(name + " NUMBER")
	}
	_, err := p.unsigned(p.Token(), name, math.MaxUint32)
	return err
}

// forwardAmount reads: max_concurrent NUMBER.
func (p *Parser) forwardAmount() error {
	name := p.Val()
	if !p.NextArg() {
		return p.argErr(name + " NUMBER")
	}
	err := p.integer(p.Token(), name, 0, math.MaxInt)
	return err
}

// forwardHealthCheck reads: health_check DURATION [no_rec] [domain NAME].
func (p *Parser) forwardHealthCheck() error {
	const usage = "health_check DURATION [no_rec] [domain NAME]"
	if !p.NextArg() {
		return p.argErr(usage)
	}
	if _, err := p.duration(p.Token(), "the time between health checks", 0, maxDuration); err != nil {
		return err
	}
	for p.NextArg() {
		if p.hidden(p.Token()) {
			p.RemainingArgs() // it may be an option that takes a word
			return nil
		}
		switch p.Val() {
		case "no_rec":
		case "domain":
			if !p.NextArg() {
				return p.argErr(usage)
			}
			if _, ok := dns.IsDomainName(p.Val()); !ok {
				return p.errorf(RuleInvalidValue, "%s is not a domain name. Write for example %q", corefile.Quote(p.Val()), "example.org")
			}
		default:
			return p.errorf(RuleInvalidValue, "%s is not a health_check option. Write: %s", corefile.Quote(p.Val()), usage)
		}
	}
	return nil
}

// forwardNext reads: next RCODE....
func (p *Parser) forwardNext() error {
	args := p.RemainingArgs()
	if len(args) == 0 {
		return p.argErr("next RCODE...")
	}
	for _, arg := range args {
		if _, err := p.rcode(arg); err != nil {
			return err
		}
	}
	return nil
}

// forwardFailover reads: failover RCODE.... Before CoreDNS 1.13.2 NOERROR was among them.
func (p *Parser) forwardFailover() error {
	args := p.RemainingArgs()
	if len(args) == 0 {
		return p.argErr("failover RCODE...")
	}
	for _, arg := range args {
		rcode, err := p.rcode(arg)
		if err != nil {
			return err
		}
		if rcode == dns.RcodeSuccess && p.since("1.13.2") {
			return p.errorAt(arg, RuleInvalidValue, "NOERROR means success, so failover never acts on it. Remove it")
		}
	}
	return nil
}

// forwardResolver reads: resolver IP[:PORT]....
func (p *Parser) forwardResolver() error {
	args := p.RemainingArgs()
	if len(args) == 0 {
		return p.argErr("resolver IP[:PORT]...")
	}
	for _, arg := range args {
		host := arg.Text
		if h, _, err := net.SplitHostPort(arg.Text); err == nil {
			host = h
		}
		if net.ParseIP(host) == nil {
			return p.errorAt(arg, RuleInvalidValue, "the resolver %s is not an IP address. Write one, with or without a port", corefile.Quote(arg.Text))
		}
	}
	return nil
}

// forwardSource reads: source_address IP.
func (p *Parser) forwardSource() error {
	if !p.NextArg() {
		return p.argErr("source_address IP")
	}
	if net.ParseIP(p.Val()) == nil {
		return p.errorf(RuleInvalidValue, "the source address %s is not an IP address. Write one without a port", corefile.Quote(p.Val()))
	}
	return nil
}
