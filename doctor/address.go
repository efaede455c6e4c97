package doctor

import (
	"net"
	"net/url"
)

// servedPath returns the path of the webhook's server that the API server calls.
func servedPath(w webhook) string {
	if s := w.ClientConfig.Service; s != nil {
		return ptr(s.Path)
	}
	if u, err := url.Parse(ptr(w.ClientConfig.URL)); err == nil {
		return u.Path
	}
	return ""
}

// serverName returns the name that the API server wants to see in the certificate.
func serverName(w webhook) string {
	if s := w.ClientConfig.Service; s != nil {
		return s.Name + "." + s.Namespace + ".svc"
	}
	if u, err := url.Parse(ptr(w.ClientConfig.URL)); err == nil {
		return u.Hostname()
	}
	return ""
}

// hostPort returns the address that a URL names.
func hostPort(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	port := u.Port()
	if port == "" {
		port = "443"
	}
	return net.JoinHostPort(u.Hostname(), port)
}

func ptr[T any](p *T) T {
	var zero T
	if p == nil {
		return zero
	}
	return *p
}
