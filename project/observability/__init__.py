"""What operators may switch on: metrics, traces, reports of failures. Imported only then."""
