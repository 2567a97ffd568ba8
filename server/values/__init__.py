"""Values as they arrive from CRMs and mail tools: strings in, clean or typed values and reasons out; no templates."""
