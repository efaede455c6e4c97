package plugin

// bufsize reads: bufsize [SIZE]. The first use in a block counts; what follows is not
// read.
func bufsize(p *Parser) error {
	return p.First(func() error {
		switch args := p.RemainingArgs(); len(args) {
		case 0:
			return nil
		case 1:
			err := p.Integer(args[0], "the size in bytes", 512, 4096)
			return err
		}
		return p.ArgErr("bufsize [SIZE]")
	})
}
