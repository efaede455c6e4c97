module corewarden/e2e/parts/batch

go 1.26.0

require github.com/coredns/caddy v1.1.1

require github.com/flynn/go-shlex v0.0.0-20150515145356-3f9db97f8568 // indirect
