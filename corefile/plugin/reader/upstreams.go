package reader

import (
	"cmp"
	"fmt"
	"net"
	"path"
	"strings"

	"corewarden/corefile"
)

// maxUpstreams is how many servers forward and grpc take.
const maxUpstreams = 15

// An Upstream is a server that queries are sent to, or what stands for some.
type Upstream struct {
	corefile.Token
	Kind      UpstreamKind
	Transport string
	Host      string // what follows the transport
}

// An UpstreamKind is what an upstream is written as.
type UpstreamKind int

// The kinds of upstreams.
const (
	UpstreamAddress UpstreamKind = iota // an IP address, or a socket
	UpstreamFile                        // such as /etc/resolv.conf
	UpstreamName                        // neither of the two
)

// Upstreams reads the arguments that RemainingArgs has just returned as HostPortOrFile of
// CoreDNS's package parse does. It reports those that are nothing, and leaves them out.
func (p *Parser) Upstreams(args []corefile.Token) []Upstream {
	all := make([]Upstream, 0, min(len(args), maxUpstreams+1))
	folders, last := 0, corefile.Token{}
	for _, arg := range args {
		if len(all) > maxUpstreams {
			break // it is an error already
		}
		u := Upstream{Token: arg}
		u.Transport, u.Host = p.SplitTransport(arg.Text)
		u.Kind = p.upstreamKind(u.Transport, u.Host)
		switch {
		case u.Host == "":
			p.ReportError(p.ErrorAt(arg, RuleInvalidValue, "%s has no address. Write one, such as %q", corefile.Quote(arg.Text), arg.Text+"192.0.2.1"))
		case u.Kind == UpstreamFile && path.Clean("/"+u.Host) == "/":
			folders, last = folders+1, arg
			p.WarnAt(arg, RuleIgnored, "%s is a directory. CoreDNS finds no server in it and says nothing. %s", corefile.Quote(arg.Text), cmp.Or(corefile.Habit(arg.Text), "Remove it"))
		default:
			p.warnNoPort(u)
			all = append(all, u)
		}
	}
	if folders == len(args) || folders > 0 && p.Name == "forward" && p.Release.CoreDNSVersion() == "1.14.4" {
		p.ReportError(p.ErrorAt(last, RuleInvalidValue, "a directory holds no server. Write an IP address"))
	}
	return all
}

// warnNoPort warns of an upstream with a port that there cannot be. CoreDNS looks at it when it
// sends a query.
func (p *Parser) warnNoPort(u Upstream) {
	if u.Kind != UpstreamAddress {
		return
	}
	address, _ := SplitServerName(u.Host)
	_, port, found := splitPort(address)
	if !found {
		return
	}
	rule, _ := listenablePort(port)
	if nobody := strings.Trim(port, "+-0") == ""; nobody || rule == RuleInvalidValue {
		p.WarnAt(u.Token, RuleIgnored, "port %s is out of range, so this upstream never answers. Write one from 1 to 65535", corefile.Quote(port))
	}
}

// splitPort is net.SplitHostPort, without the error that this makes of most addresses: they have
// no port.
func splitPort(text string) (host, port string, found bool) {
	if strings.IndexByte(text, ':') < 0 {
		return "", "", false
	}
	host, port, err := net.SplitHostPort(text)
	return host, port, err == nil
}

// SplitTransport splits the transport off an address or a zone: it is "dns" where none is
// given.
func (p *Parser) SplitTransport(text string) (transport, rest string) {
	transport, rest, found := strings.Cut(text, "://")
	switch transport {
	case "tls", "dns", "quic", "grpc", "https", "unix":
	case "https3":
		found = found && p.Since("1.13.2")
	default:
		found = false
	}
	if !found {
		return "dns", text
	}
	return transport, rest
}

// upstreamKind tells the three kinds apart. A file that the word may name is one: CoreDNS
// looks. It looks from the root folder, where its images start it and hold nothing of
// interest but /etc.
func (p *Parser) upstreamKind(transport, host string) UpstreamKind {
	if transport == "unix" {
		return UpstreamAddress
	}
	address, _, found := splitPort(host)
	if !found {
		address = host
		if p.Since("1.14.2") {
			address = strings.Trim(address, "[]")
		}
	}
	if percent := strings.LastIndexByte(address, '%'); percent >= 0 {
		address = address[:percent]
	}
	switch {
	case net.ParseIP(address) != nil:
		return UpstreamAddress
	case host == ".", host == "..", strings.HasPrefix(host, "/"), strings.HasPrefix(host, "./"), strings.HasPrefix(host, "../"), strings.HasPrefix(host, "etc/"):
		return UpstreamFile
	}
	return UpstreamName
}

// UpstreamFile checks the name of a file with the addresses of servers.
func (p *Parser) UpstreamFile(u Upstream) error {
	file := u.Token
	file.Text = u.Host
	return p.PodFile(file, "the file")
}

// NoAddress is the error for an upstream that is neither an address nor a file, in a
// server that looks no names up.
func (p *Parser) NoAddress(u Upstream, remedy string) error {
	remedy = cmp.Or(ProtocolRemedy(u.Host), remedy)
	if address := strings.Trim(u.Host, "[]"); net.ParseIP(address) != nil {
		remedy = fmt.Sprintf("Write %q without brackets", strings.Replace(u.Text, u.Host, address, 1))
	}
	if strings.HasSuffix(u.Host, "{") && !corefile.IsPlaceholder(u.Host) {
		remedy = `Put a space before the "{"`
	}
	return p.ErrorAt(u.Token, RuleInvalidValue, "%s is %s. %s", corefile.Quote(u.Text), whatInstead(u.Host), remedy)
}

// ProtocolRemedy says how to write an upstream that starts with the name of a protocol, or
// "" for others.
func ProtocolRemedy(host string) string {
	for protocol, more := range map[string]string{"udp://": "", "tcp://": ", and force_tcp in a block"} {
		if address, found := strings.CutPrefix(host, protocol); found {
			return fmt.Sprintf("There is no transport %q: write %s%s", protocol, corefile.Quote(address), more)
		}
	}
	return ""
}

// whatInstead says what the author of something that is no address may have had in mind.
func whatInstead(host string) string {
	_, _, networkErr := net.ParseCIDR(host)
	switch {
	case corefile.IsPlaceholder(host):
		return "an unreplaced placeholder"
	case networkErr == nil:
		return "a network, not the address of a server"
	case strings.Trim(host, "0123456789.:") == "":
		return "not an IP address: each of the four numbers is at most 255"
	}
	return "neither an IP address nor a file"
}

// Address returns the IP address and the port that queries are sent to over plain DNS; ip
// is "" for everything else.
func (u Upstream) Address() (ip, port string) {
	if u.Kind != UpstreamAddress || u.Transport != "dns" {
		return "", ""
	}
	ip, port, found := splitPort(u.Host)
	if !found {
		ip, port = strings.Trim(u.Host, "[]"), "53"
	}
	ip, _, _ = strings.Cut(ip, "%")
	return ip, port
}

// HasPort reports whether the upstream is an address with a port.
func (u Upstream) HasPort() bool {
	_, _, found := splitPort(u.Host)
	return found
}

// SplitServerName splits off the name of the TLS server that may follow an address, as in
// tls://192.0.2.1%dns.example:853.
func SplitServerName(text string) (address, server string) {
	transport, host, found := strings.Cut(text, "://")
	if !found {
		transport, host = "", text
	}
	percent := strings.LastIndexByte(host, '%')
	if percent < 0 {
		return text, ""
	}
	address, server = host[:percent], host[percent+1:]
	if strings.HasPrefix(address, "[") {
		address += "]"
	}
	if colon := strings.LastIndexByte(server, ':'); colon >= 0 {
		address += server[colon:]
		server = strings.TrimSuffix(server[:colon], "]")
	}
	if transport != "" {
		address = transport + "://" + address
	}
	return address, server
}

// TooManyUpstreams is the error for more servers than CoreDNS takes.
func (p *Parser) TooManyUpstreams(all []Upstream) error {
	if len(all) <= maxUpstreams {
		return nil
	}
	return p.ErrorAt(all[maxUpstreams].Token, RuleWrongArguments, "there are more than %d servers to forward to. Remove this one and the rest", maxUpstreams)
}
