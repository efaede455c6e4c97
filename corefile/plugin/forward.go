package plugin

import (
	"math"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
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
	To     []reader.Upstream
	// Alternatives tells that the forward behind it gets queries for which it finds no good
	// answer: next or next_on_nodata.
	Alternatives bool
}

// forward reads: forward FROM TO... { except, policy, health_check, tls, … }. All uses in
// a block count.
func forward(p *Parser) error {
	const usage = `forward FROM TO..., such as "forward . 192.0.2.1"`
	return p.Every(func() error {
		use := Forward{Token: p.Token()}
		if !p.NextArg() {
			return p.ArgErr(usage)
		}
		var err error
		if use.From, err = p.ForwardFrom(p.Token()); err != nil {
			return err
		}
		to := p.RemainingArgs()
		if len(to) == 0 {
			if from := p.Val(); net.ParseIP(from) != nil {
				return p.Errorf(reader.RuleWrongArguments, "the zone is missing before the address. Write: %s . %s", p.Name, from)
			}
			return p.ArgErr(usage)
		}
		use.To = p.Upstreams(to)
		if err := p.TooManyUpstreams(use.To); err != nil {
			return err
		}
		f := forwarding{Parser: p, expire: 10 * time.Second}
		if err := f.readBlock(); err != nil {
			return err
		}
		use.Except, use.Unsure, use.Alternatives = f.except, p.Environment, f.alternatives
		p.Settings.Forwards = append(p.Settings.Forwards, use)
		for _, u := range use.To {
			if err := f.check(u); err != nil {
				p.ReportError(err)
			}
		}
		if f.serverName != "" && !slices.ContainsFunc(use.To, func(u reader.Upstream) bool { return u.Transport != "dns" }) {
			p.WarnAt(use.Token, reader.RuleIgnored, "tls_servername does nothing for upstreams without TLS. Write tls:// before their addresses")
		}
		if f.maxAge > 0 && f.maxAge < f.expire {
			return p.Errorf(reader.RuleConflict, "max_age (%s) is shorter than expire (%s). Make max_age at least as long as expire, which defaults to 10s", f.maxAge, f.expire)
		}
		return nil
	})
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
	if !p.AtBlock() {
		return nil
	}
	return p.ReadBlock(reader.Properties{
		{Name: "except", Usage: "ZONE...", Read: p.Except(&f.except)},
		{Name: "force_tcp", Read: p.NoArgument},
		{Name: "prefer_udp", Read: p.NoArgument},
		{Name: "expire", Usage: "DURATION", Read: p.DurationInto(&f.expire, 0)},
		{Name: "max_age", Usage: "DURATION", Since: "1.14.3", Read: p.DurationInto(&f.maxAge, 0)},
		{Name: "read_timeout", Usage: "DURATION", Since: "1.14.5", Read: p.DurationInto(new(time.Duration), 1)},
		{Name: "max_fails", Usage: "NUMBER", Read: p.forwardFails},
		{Name: "max_connect_attempts", Usage: "NUMBER", Since: "1.13.2", Read: p.forwardFails},
		{Name: "max_concurrent", Usage: "NUMBER", Read: p.forwardAmount},
		{Name: "max_idle_conns", Usage: "NUMBER", Since: "1.14.1", Read: p.forwardAmount},
		{Name: "policy", Usage: "random|round_robin|sequential", Read: p.NextOneOf("policy", "random", "round_robin", "sequential")},
		{Name: "health_check", Usage: "DURATION [no_rec] [domain NAME]", Read: p.forwardHealthCheck},
		{Name: "tls", Usage: "[CERT KEY] [CA]", Read: p.TLSFiles},
		{Name: "tls_servername", Usage: "SERVERNAME", Read: p.WordInto(&f.serverName)},
		{Name: "doh_method", Usage: "POST|GET", Since: "1.14.5", Read: p.NextOneOf("doh_method", "POST", "GET")},
		{Name: "next", Usage: "RCODE...", Since: "1.11.4", Read: func() error { f.alternatives = true; return p.forwardNext() }},
		{Name: "next_on_nodata", Since: "1.14.4", Read: func() error { f.alternatives = true; return p.NoArgument() }},
		{Name: "failfast_all_unhealthy_upstreams", Since: "1.12.1", Read: p.NoArguments},
		{Name: "failover", Usage: "RCODE...", Since: "1.13.0", Read: p.forwardFailover},
		{Name: "resolver", Usage: "IP[:PORT]...", Since: "1.14.4", Read: func() error { f.resolver = true; return p.forwardResolver() }},
		{Name: "source_address", Usage: "IP", Since: "1.14.6", Read: p.forwardSource},
	})
}

// forwardTransports are the transports by which forward sends a query, and the version of
// CoreDNS that each came with.
var forwardTransports = map[string]string{"dns": "", "tls": "", "https": "1.14.5", "quic": "1.15.0"}

var serverNameInAddress = reader.Behaviour{Since: "1.13.2", Before: "sends queries to a host named %s, which fails", Remedy: "Name the TLS server with tls_servername in a block"}

func (f *forwarding) check(u reader.Upstream) error {
	since, known := forwardTransports[u.Transport]
	_, server := reader.SplitServerName(u.Text)
	if u.Transport == "tls" && server != "" && u.Kind == reader.UpstreamAddress {
		f.WarnOfBehaviour(serverNameInAddress, u.Token)
	}
	switch {
	case u.Transport == "https" && f.Since(since) && strings.Contains(u.Host, "/"):
		return f.ErrorAt(u.Token, reader.RuleInvalidValue, "%s has a path, but the path is always /dns-query. Remove it", corefile.Quote(u.Text))
	case u.Kind == reader.UpstreamFile:
		return f.UpstreamFile(u)
	case u.Transport == "https3" && u.Kind == reader.UpstreamAddress && !u.HasPort():
		f.WarnAt(u.Token, reader.RuleIgnored, "CoreDNS cannot forward over https3 and silently drops %s. Write https:// or tls://", corefile.Quote(u.Text))
		return nil
	case !known:
		return f.ErrorAt(u.Token, reader.RuleInvalidValue, "forward cannot use transport %s. Write tls:// or none", corefile.Quote(u.Transport+"://"))
	case !f.Since(since):
		return f.ErrorAt(u.Token, reader.RuleInvalidValue, "%s cannot forward over %s: that came with CoreDNS %s. Write tls:// or no transport", f.Release.Name, u.Transport, since)
	case f.Since("1.13.2") && (u.Transport == "tls" || u.Transport == "quic") && server != "" && f.serverName != "":
		return f.ErrorAt(u.Token, reader.RuleConflict, "%s and tls_servername both name the TLS server. Remove one", corefile.Quote(u.Text))
	case u.Kind == reader.UpstreamName:
		return f.checkName(u)
	}
	return nil
}

// checkName checks what is neither an address nor a file, which CoreDNS looks up at the
// start since 1.14.4.
func (f *forwarding) checkName(u reader.Upstream) error {
	address, _ := reader.SplitServerName(u.Text)
	_, name := f.SplitTransport(address)
	if host, _, err := net.SplitHostPort(name); err == nil {
		name = host
	}
	name = strings.Trim(name, "[]")
	_, isDomain := dns.IsDomainName(name)
	switch {
	case !isDomain || name == "" || net.ParseIP(name) != nil || !f.resolver && !f.Nameless && !reader.PossibleHost(name):
		return f.NoAddress(u, "Write an IP address")
	case !f.Since("1.14.4") && corefile.IsPlaceholder(name):
		return f.NoAddress(u, "Write an IP address")
	case !f.Since("1.14.4"):
		return f.NoAddress(u, "Write an IP address: "+f.Release.Name+" does not resolve host names here")
	case reader.ProtocolRemedy(u.Host) != "":
		f.WarnAt(u.Token, reader.RulePodNetwork, "the server tries to resolve %s as a host name and does not start if that fails. %s", corefile.Quote(name), reader.ProtocolRemedy(u.Host))
	case corefile.IsPlaceholder(name):
		f.WarnAt(u.Token, reader.RulePodNetwork, "%s looks like an unreplaced placeholder. The server tries to resolve it as a host name and does not start if that fails. Write the address", corefile.Quote(u.Text))
	default:
		f.WarnAt(u.Token, reader.RulePodNetwork, "the server starts only if it can resolve %s; Corewarden cannot check this. Write an IP address to avoid the lookup", corefile.Quote(name))
	}
	return nil
}

// forwardFails reads: max_fails NUMBER.
func (p *Parser) forwardFails() error {
	name := p.Val()
	if !p.NextArg() {
		return p.ArgErr(name + " NUMBER")
	}
	_, err := p.unsigned(p.Token(), name, math.MaxUint32)
	return err
}

// forwardAmount reads: max_concurrent NUMBER.
func (p *Parser) forwardAmount() error {
	name := p.Val()
	if !p.NextArg() {
		return p.ArgErr(name + " NUMBER")
	}
	err := p.Integer(p.Token(), name, 0, math.MaxInt)
	return err
}

// forwardHealthCheck reads: health_check DURATION [no_rec] [domain NAME].
func (p *Parser) forwardHealthCheck() error {
	const usage = "health_check DURATION [no_rec] [domain NAME]"
	if !p.NextArg() {
		return p.ArgErr(usage)
	}
	if _, err := p.Duration(p.Token(), "the time between health checks", 0, reader.MaxDuration); err != nil {
		return err
	}
	for p.NextArg() {
		if p.Hidden(p.Token()) {
			p.RemainingArgs() // it may be an option that takes a word
			return nil
		}
		switch p.Val() {
		case "no_rec":
		case "domain":
			if !p.NextArg() {
				return p.ArgErr(usage)
			}
			if _, ok := dns.IsDomainName(p.Val()); !ok {
				return p.Errorf(reader.RuleInvalidValue, "%s is not a domain name. Write for example %q", corefile.Quote(p.Val()), "example.org")
			}
		default:
			return p.Errorf(reader.RuleInvalidValue, "%s is not a health_check option. Write: %s", corefile.Quote(p.Val()), usage)
		}
	}
	return nil
}

// forwardNext reads: next RCODE....
func (p *Parser) forwardNext() error {
	args := p.RemainingArgs()
	if len(args) == 0 {
		return p.ArgErr("next RCODE...")
	}
	for _, arg := range args {
		if _, err := p.Rcode(arg); err != nil {
			return err
		}
	}
	return nil
}

// forwardFailover reads: failover RCODE.... Before CoreDNS 1.13.2 NOERROR was among them.
func (p *Parser) forwardFailover() error {
	args := p.RemainingArgs()
	if len(args) == 0 {
		return p.ArgErr("failover RCODE...")
	}
	for _, arg := range args {
		rcode, err := p.Rcode(arg)
		if err != nil {
			return err
		}
		if rcode == dns.RcodeSuccess && p.Since("1.13.2") {
			return p.ErrorAt(arg, reader.RuleInvalidValue, "NOERROR means success, so failover never acts on it. Remove it")
		}
	}
	return nil
}

// forwardResolver reads: resolver IP[:PORT]....
func (p *Parser) forwardResolver() error {
	args := p.RemainingArgs()
	if len(args) == 0 {
		return p.ArgErr("resolver IP[:PORT]...")
	}
	for _, arg := range args {
		host := arg.Text
		if h, _, err := net.SplitHostPort(arg.Text); err == nil {
			host = h
		}
		if net.ParseIP(host) == nil {
			return p.ErrorAt(arg, reader.RuleInvalidValue, "the resolver %s is not an IP address. Write one, with or without a port", corefile.Quote(arg.Text))
		}
	}
	return nil
}

// forwardSource reads: source_address IP.
func (p *Parser) forwardSource() error {
	if !p.NextArg() {
		return p.ArgErr("source_address IP")
	}
	if net.ParseIP(p.Val()) == nil {
		return p.Errorf(reader.RuleInvalidValue, "the source address %s is not an IP address. Write one without a port", corefile.Quote(p.Val()))
	}
	return nil
}

// unsigned reads a whole number up to most, as strconv.ParseUint does: unlike integer it
// takes no sign.
func (p *Parser) unsigned(token corefile.Token, what string, most uint64) (uint64, error) {
	n, err := strconv.ParseUint(token.Text, 10, 64)
	if err != nil || n > most {
		return 0, p.ErrorAt(token, reader.RuleInvalidValue, "%s is %s. Write a whole number from 0 to %d", what, corefile.Quote(token.Text), most)
	}
	return n, nil
}
