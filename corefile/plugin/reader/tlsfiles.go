package reader

// TLSFiles reads: tls [CERT KEY] [CA], the files of a client's certificate, as
// NewTLSConfigFromArgs of CoreDNS's package tls does. An empty name of a CA stands for
// those of the system.
func (p *Parser) TLSFiles() error {
	args := p.RemainingArgs()
	n := len(args)
	if n > 3 {
		return p.ArgErr("tls [CERT KEY] [CA]")
	}
	names := []string{"the certificate", "the key", "the CA certificate"}
	if n == 1 {
		names = names[2:]
	}
	for i, path := range args {
		if path.Text == "" && names[i] == "the CA certificate" && !p.Has("root") {
			continue
		}
		if err := p.PodFile(path, names[i]); err != nil {
			return err
		}
	}
	return nil
}
