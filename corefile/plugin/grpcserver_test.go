package plugin_test

import "testing"

func TestGRPCServer(t *testing.T) {
	t.Parallel()
	runExamples(t, "grpc_server", []example{
		{text: "grpc_server"},
		{text: "grpc_server {\n}"},
		{text: "grpc_server 5", want: "1:13 wrong-arguments"},
		{text: "grpc_server {\nmax_streams 1\nmax_connections 0\n}"},
		{text: "grpc_server {\nmax_connections -1\n}", want: "2:17 invalid-value"},
		{text: "grpc_server {\nmax_connections many\n}", want: "2:17 invalid-value"},
		{text: "grpc_server {\nmax_connections\n}", want: "2:1 wrong-arguments"},
		{text: "grpc_server {\nmax_connections 1 2\n}", want: "2:19 wrong-arguments"},
		{text: "grpc_server {\nmax_connections 1\nmax_connections 1\n}", want: "3:17 repeated-plugin"},
		{text: "grpc_server {\nmax_streams 0\n}"},
		{text: "grpc_server {\nmax_streams -1\n}", want: "2:13 invalid-value"},
		{text: "grpc_server {\nstreams 1\n}", want: "2:1 unknown-property"},
		{text: "grpc_server\ngrpc_server {\nmax_streams x\n}", want: "warning 2:1 ignored-text"},
	})
}
