package reader

import (
	"errors"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"corewarden/corefile"
)

// ListenAddress checks an address that the plugin listens on over TCP, as net.Listen
// does. The server does not start if it cannot.
func (p *Parser) ListenAddress(token corefile.Token) error {
	if err := p.HostPort(token); err != nil || p.Hidden(token) {
		return err
	}
	host, port, _ := net.SplitHostPort(token.Text) // as HostPort does
	switch rule, reason := Listenable(host, port); rule {
	case "":
	case RuleInvalidValue:
		return p.ErrorAt(token, rule, "%s", reason)
	default:
		p.WarnAt(token, rule, "the server starts only if %s; Corewarden cannot check this", reason)
	}
	return nil
}

// Listenable judges where something listens over TCP. Rule is "" if that is possible in
// every pod, and RuleInvalidValue if it is in none, for the given reason. Else it is
// possible in a pod if what the reason says is true of it.
func Listenable(host, port string) (rule, reason string) {
	if rule, reason = listenablePort(port); rule != "" {
		return rule, reason
	}
	ip, err := netip.ParseAddr(host)
	switch {
	case err == nil && (ip.Unmap().IsLoopback() || ip.IsUnspecified()), host == "", host == "localhost":
		return "", ""
	case err == nil:
		return RulePodAddress, "its pod has the address " + host
	case !PossibleHost(host):
		return RuleInvalidValue, corefile.Quote(host) + ` is neither an IP address nor a host name. Write an address such as "127.0.0.1"`
	}
	return RulePodNetwork, "it can resolve " + corefile.Quote(host) + " to an address of its pod"
}

// tcpServices are the names of ports that Go knows wherever it runs.
var tcpServices = []string{
	"ftp", "ftps", "gopher", "http", "https", "imap2", "imap3", "imaps", "pop3", "pop3s", "smtp", "ssh", "submissions", "telnet",
}

// longestService is how long the name of a service is at most for Go to look it up.
const longestService = 25

// listenablePort is listenable for a port, which may be the name of a service.
func listenablePort(port string) (rule, reason string) {
	n, err := strconv.Atoi(port)
	switch {
	case err == nil && n >= 0 && n <= 65535, port == "", port == "+", port == "-": // Go takes the last three for 0
	case err == nil || errors.Is(err, strconv.ErrRange):
		return RuleInvalidValue, "port " + corefile.Quote(port) + " is out of range. Choose one from 1 to 65535"
	case len(port) > longestService:
		return RuleInvalidValue, "port " + corefile.Quote(port) + " is not a number. Choose one from 1 to 65535"
	case !slices.Contains(tcpServices, strings.ToLower(port)):
		return RulePodFile, "/etc/services in its pod lists a port named " + corefile.Quote(port)
	}
	return "", ""
}

// PossibleHost reports whether Go looks a name up at all. It follows isDomainName of
// package net.
func PossibleHost(name string) bool {
	if len(name) > 254 || len(name) == 254 && !strings.HasSuffix(name, ".") {
		return false
	}
	letters := false
	for label := range strings.SplitSeq(strings.TrimSuffix(name, "."), ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, c := range []byte(label) {
			switch {
			case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_', c == '-':
				letters = true
			case c < '0' || c > '9':
				return false
			}
		}
	}
	return letters
}
